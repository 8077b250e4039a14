//! The RPCs of a component, each with the method that answers it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use federation_api::{ByteStream, Domain, Failure, Rpc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Settings;
use crate::dispatch::{Dispatch, NoSuchRpc, Variant};
use crate::handler::{StreamHandler, ValueHandler};
use crate::method::Method;
use crate::places::Places;
use crate::rpc_service::RpcService;

/// The RPCs of one or more components, on their way to becoming an [`axum::Router`].
///
/// Emitted code fills it; [`and`](Routes::and) joins the components that one process serves.
///
/// ```ignore
/// let router = brig::routes(my_brig, own_domain.clone(), Settings::default())
///     .and(cargohold::routes(my_cargohold, own_domain, Settings::default()))
///     .into_router();
/// ```
pub struct Routes<S = ()> {
    component: &'static str,
    service: Arc<S>,
    own_domain: Domain,
    settings: Arc<Settings>,
    /// One for each call that may be under way.
    places: Arc<Places>,
    variants: BTreeMap<&'static str, Vec<Variant>>,
}

impl<S: Send + Sync + 'static> Routes<S> {
    /// No RPC yet of this component, which `service` implements on the backend `own_domain`.
    #[must_use]
    pub fn new(
        component: &'static str,
        service: S,
        own_domain: Domain,
        settings: Settings,
    ) -> Self {
        Self {
            component,
            service: Arc::new(service),
            own_domain,
            places: Arc::new(settings.places()),
            settings: Arc::new(settings),
            variants: BTreeMap::new(),
        }
    }

    /// Lets `method` answer an RPC, JSON in and JSON out.
    pub fn call<Request, Response, Error, M>(&mut self, rpc: Rpc, method: M)
    where
        Request: DeserializeOwned + Send + 'static,
        Response: Serialize + Send + 'static,
        Error: Into<Failure> + Send + 'static,
        M: for<'a> Method<'a, S, Request, Response = Response, Error = Error>,
    {
        let handler = ValueHandler::new(Arc::clone(&self.service), method);
        self.add(rpc, Box::new(handler));
    }

    /// Lets `method` answer an RPC, JSON in and raw bytes out.
    pub fn byte_stream<Request, Error, M>(&mut self, rpc: Rpc, method: M)
    where
        Request: DeserializeOwned + Send + 'static,
        Error: Into<Failure> + Send + 'static,
        M: for<'a> Method<'a, S, Request, Response = ByteStream, Error = Error>,
    {
        let handler = StreamHandler::new(
            Arc::clone(&self.service),
            method,
            self.settings.time_for_chunk(),
        );
        self.add(rpc, Box::new(handler));
    }

    fn add(&mut self, rpc: Rpc, handler: Box<dyn crate::handler::Handler>) {
        debug_assert_eq!(rpc.component, self.component);
        let (domain, settings) = (&self.own_domain, &self.settings);
        let variant = Variant::new(rpc, handler, domain, settings, &self.places);
        join(&mut self.variants, variant);
    }

    /// The same RPCs; which service answers them is no longer in the type.
    #[must_use]
    pub fn erased(self) -> Routes {
        Routes {
            component: self.component,
            service: Arc::new(()),
            own_domain: self.own_domain,
            settings: self.settings,
            places: self.places,
            variants: self.variants,
        }
    }

    /// The RPCs of both.
    ///
    /// # Panics
    ///
    /// When both have an RPC of the same name in the same version: one of them would never be called.
    #[must_use]
    pub fn and<T: Send + Sync + 'static>(self, other: Routes<T>) -> Routes {
        let mut both = self.erased();
        for variant in other.variants.into_values().flatten() {
            join(&mut both.variants, variant);
        }
        both
    }

    /// Serves each RPC under `/federation/<name>`. Any other path below `/federation/` is answered
    /// with 404 `no-endpoint`; paths outside are not touched, so the router merges into any that has
    /// nothing there. (Two components of one process are joined with [`and`](Routes::and), not with
    /// `Router::merge`.)
    ///
    /// A limit that was set for the body of an RPC which is not among these is logged as a warning.
    pub fn into_router(self) -> Router {
        self.warn_of_limits_for_nothing();
        let mut router = Router::new();
        for (name, variants) in self.variants {
            let path = format!("/federation/{name}");
            router = router.route_service(&path, Dispatch::new(variants));
        }
        router
            .route_service("/federation", NoSuchRpc)
            .route_service("/federation/", NoSuchRpc)
            .route_service("/federation/{*rpc}", NoSuchRpc)
    }

    /// Serves the same RPCs without a router around them, for a process that serves nothing else: a call
    /// costs less. Every path that is no RPC is answered with 404 `no-endpoint`.
    ///
    /// A limit that was set for the body of an RPC which is not among these is logged as a warning.
    pub fn into_service(self) -> RpcService {
        self.warn_of_limits_for_nothing();
        let rpcs = self.variants.into_iter();
        RpcService::new(rpcs.map(|(name, variants)| (name, Dispatch::new(variants))))
    }

    fn warn_of_limits_for_nothing(&self) {
        let names: Vec<&str> = self.variants.keys().copied().collect();
        for name in self.settings.limits_for_nothing(&names) {
            tracing::warn!(
                name,
                "a body limit is set for an RPC that is not served here"
            );
        }
    }
}

/// Adds a variant beside those of the same name.
fn join(variants: &mut BTreeMap<&'static str, Vec<Variant>>, variant: Variant) {
    let rpc = *variant.rpc();
    let beside = variants.entry(rpc.name).or_default();
    for other in beside.iter() {
        assert!(
            !other.rpc().versions.overlaps(rpc.versions),
            "{rpc} and {} have a name and a version in common",
            other.rpc()
        );
    }
    beside.push(variant);
}

impl<S> std::fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes")
            .field("component", &self.component)
            .field("rpcs", &self.variants.keys())
            .finish_non_exhaustive()
    }
}
