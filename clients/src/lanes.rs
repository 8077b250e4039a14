//! Connections side by side, and the places that requests take on them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::sync::Semaphore;

use crate::http_settings::HttpSettings;
use crate::transport::TransportError;

/// Connections side by side, each kept by a client of its own.
#[derive(Debug)]
pub(crate) struct Lanes<C> {
    clients: Vec<C>,
    /// The requests that each of them carries at the moment.
    under_way: Mutex<Vec<usize>>,
    /// The most that each is to carry.
    calls: usize,
    /// One for every request that may be under way on any lane.
    places: Semaphore,
}

impl<C> Lanes<C> {
    /// As many lanes as the settings say, with clients that `make` makes.
    pub(crate) fn new<E>(
        settings: &HttpSettings,
        make: impl Fn(&HttpSettings) -> Result<C, E>,
    ) -> Result<Arc<Self>, E> {
        // HTTP/1.1 carries one request per connection; the pool of one client takes as many.
        let (lanes, calls) = if settings.http1 {
            (1, settings.connections)
        } else {
            (settings.connections, settings.calls_per_connection)
        };
        let clients = (0..lanes).map(|_| make(settings));
        Ok(Self::of(clients.collect::<Result<_, _>>()?, calls))
    }

    pub(crate) fn of(clients: Vec<C>, calls: usize) -> Arc<Self> {
        let all = calls.saturating_mul(clients.len());
        Arc::new(Self {
            under_way: Mutex::new(vec![0; clients.len()]),
            calls,
            places: Semaphore::new(all.min(Semaphore::MAX_PERMITS)),
            clients,
        })
    }

    /// A place on the first connection that has one: the fewest connections that the load needs.
    pub(crate) async fn place(self: &Arc<Self>) -> Result<Place<C>, TransportError> {
        let permit = self.places.acquire().await;
        permit
            .map_err(|_| TransportError::Connect("the transport is closed".into()))?
            .forget();
        Ok(Place {
            lane: self.enter(),
            lanes: Arc::clone(self),
        })
    }

    /// Chooses a lane for whoever has a permit; there are as many permits as places.
    fn enter(&self) -> usize {
        let mut under_way = self.lock();
        let free = under_way.iter().position(|count| *count < self.calls);
        let lane = free.unwrap_or(0);
        under_way[lane] += 1;
        lane
    }

    fn lock(&self) -> MutexGuard<'_, Vec<usize>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to be under way on a lane.
pub(crate) struct Place<C> {
    lanes: Arc<Lanes<C>>,
    lane: usize,
}

impl<C> Place<C> {
    pub(crate) fn client(&self) -> &C {
        &self.lanes.clients[self.lane]
    }
}

impl<C> Drop for Place<C> {
    /// The lane is left before the permit is given back, so that whoever gets it finds the place.
    fn drop(&mut self) {
        self.lanes.lock()[self.lane] -= 1;
        self.lanes.places.add_permits(1);
    }
}

/// A response body that keeps its request's place until it is read or dropped.
pub(crate) struct InPlace<B, C> {
    pub(crate) body: B,
    pub(crate) _place: Place<C>,
}

impl<B, C> Body for InPlace<B, C>
where
    B: Body<Data = Bytes> + Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
