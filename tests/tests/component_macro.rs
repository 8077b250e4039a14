//! What `#[component]` makes of a declaration.
//!
//! That the generator's attributes are taken away shows in that this compiles: nobody declares them.

// A bare `async fn` in a public trait is what the attribute is there to avoid.
#![deny(async_fn_in_trait)]

use std::future::Future;

use federation_api::{Call, component};
use federation_tests::call;

/// A component with every kind of method.
#[component("greeter")]
pub trait Greeter {
    /// What a failed call gives its caller.
    type Error;

    /// Greets somebody.
    #[rpc(idempotent)]
    async fn greet(&self, call: &Call, name: String) -> Result<String, Self::Error>;

    /// Greets everybody.
    #[rpc(until = V1, superseded_by = greet)]
    async fn greet_all(&self, call: &Call, names: Vec<String>) -> Result<Vec<String>, Self::Error> {
        let mut greetings = Vec::new();
        for name in names {
            greetings.push(self.greet(call, name).await?);
        }
        Ok(greetings)
    }

    /// Has a keyword for a name.
    #[byte_stream]
    async fn r#type(&self, call: &Call, r#in: u8) -> Result<u8, Self::Error> {
        let _ = call;
        Ok(r#in)
    }

    /// Has attributes of others.
    #[notification]
    #[must_use = "a greeting wants an answer"]
    #[doc(alias = "hello")]
    #[deprecated = "say more"]
    async fn on_greeted(&self, call: &Call, name: String) -> Result<(), Self::Error> {
        drop((call, name));
        Ok(())
    }

    /// Is not asynchronous, and left alone.
    fn language(&self) -> &'static str {
        "en"
    }

    /// Gives nothing back.
    async fn wave(&self) {}
}

struct Polite;

impl Greeter for Polite {
    type Error = String;

    // Implementors write plain `async fn`.
    async fn greet(&self, _: &Call, name: String) -> Result<String, String> {
        Ok(format!("good morning, {name}"))
    }
}

#[tokio::test]
async fn a_default_body_stays_one() {
    let names = vec!["Ada".to_owned(), "Emmy".to_owned()];
    let greetings = Polite.greet_all(&call(), names).await;
    assert_eq!(
        greetings,
        Ok(vec![
            "good morning, Ada".to_owned(),
            "good morning, Emmy".to_owned()
        ])
    );
    assert_eq!(Polite.language(), "en");
    Polite.wave().await;
}

#[tokio::test]
async fn raw_identifiers_stay_raw() {
    assert_eq!(Polite.r#type(&call(), 7).await, Ok(7));
}

#[tokio::test]
async fn attributes_of_others_are_kept() {
    // An expectation that is not met is a warning: without the attribute this would not be quiet.
    #[expect(deprecated)]
    let answered = Polite.on_greeted(&call(), "Ada".to_owned()).await;
    assert_eq!(answered, Ok(()));
}

/// The bounds that callers may rely on, of the trait, of its futures and of its error.
#[test]
fn generic_callers_can_spawn() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    fn sent<T: Send>(_: &T) {}
    fn thrown<T: Send + 'static>() {}

    fn check<G: Greeter>(greeter: &G) {
        shared(greeter);
        thrown::<G::Error>();
        let call = call();
        sent(&greeter.greet(&call, String::new()));
        sent(&greeter.greet_all(&call, Vec::new()));
        sent(&greeter.wave());
    }

    async fn spawned<G: Greeter<Error: std::fmt::Debug>>(greeter: G) -> String {
        let running = tokio::spawn(async move { greeter.greet(&call(), "Ada".to_owned()).await });
        running.await.expect("no panic").expect("a greeting")
    }

    check(&Polite);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    assert_eq!(runtime.block_on(spawned(Polite)), "good morning, Ada");
}

/// What an implementor may write instead.
#[tokio::test]
async fn a_future_may_be_written_out() {
    struct Slow;

    impl Greeter for Slow {
        type Error = String;

        fn greet(
            &self,
            _: &Call,
            name: String,
        ) -> impl Future<Output = Result<String, String>> + Send {
            std::future::ready(Ok(name))
        }
    }

    assert_eq!(
        Slow.greet(&call(), "Ada".to_owned()).await,
        Ok("Ada".to_owned())
    );
}

/// Supertraits and bounds that are there stay there.
#[component("named")]
pub trait Named: std::fmt::Display + Clone {
    /// An error with a bound of its own.
    type Error: std::fmt::Debug;

    /// The name.
    #[rpc]
    async fn get_name(&self, _: &Call, prefix: String) -> Result<String, Self::Error> {
        Ok(prefix + &self.clone().to_string())
    }
}

impl Named for String {
    type Error = std::fmt::Error;
}

#[tokio::test]
async fn supertraits_are_added_to_those_there() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    fn thrown<T: Send + std::fmt::Debug + 'static>() {}

    fn check<N: Named>(named: &N) {
        shared(named);
        thrown::<N::Error>();
        drop(named.clone().to_string());
    }

    let name = "Ada".to_owned();
    check(&name);
    assert_eq!(
        name.get_name(&call(), "Dr ".to_owned()).await,
        Ok("Dr Ada".to_owned())
    );
}
