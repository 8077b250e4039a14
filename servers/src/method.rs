//! What a method of a component's trait is to the runtime.

use std::future::Future;

use federation_api::Call;

/// A method of a component's trait, by its name: `<S as Brig>::get_user_by_handle`.
///
/// Emitted code registers methods; everything that is done around them is written once, generic over
/// this trait. It is implemented by every function of the shape that a declaration has, and by
/// nothing else of interest.
pub trait Method<'a, S, Request>: Send + Sync + 'static {
    /// What a success carries.
    type Response;
    /// What a failure carries.
    type Error;
    /// The running call.
    type Future: Future<Output = Result<Self::Response, Self::Error>> + Send + 'a;

    /// Begins the call.
    fn invoke(&self, service: &'a S, call: &'a Call, request: Request) -> Self::Future;
}

impl<'a, S, Request, Response, Error, F, Running> Method<'a, S, Request> for F
where
    S: 'a,
    F: Fn(&'a S, &'a Call, Request) -> Running + Send + Sync + 'static,
    Running: Future<Output = Result<Response, Error>> + Send + 'a,
{
    type Response = Response;
    type Error = Error;
    type Future = Running;

    fn invoke(&self, service: &'a S, call: &'a Call, request: Request) -> Running {
        self(service, call, request)
    }
}
