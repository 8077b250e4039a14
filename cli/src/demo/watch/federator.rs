//! What a federator tells of its connections and of the answers of other backends, made into hops.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use federation_api::Domain;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterFn, filter_fn};
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::resolver;
use crate::demo::hop::{Answer, Hop, Kind, Place, Recorder, Role};

const CONNECTED: &str = "federation_federator::connected";
const ANSWERED: &str = "federation_federator::answered";

/// Notes what federators tell of.
#[derive(Debug)]
pub(crate) struct Tap(Recorder);

impl Tap {
    pub(crate) fn new(recorder: &Recorder) -> Self {
        Self(recorder.clone())
    }

    /// What it has to be told.
    pub(crate) fn filter() -> FilterFn {
        filter_fn(|about| {
            about.target().starts_with("federation_federator") || about.target() == resolver::TARGET
        })
    }
}

/// The fields of a span or an event, as text.
#[derive(Debug, Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Fields {
    fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn domain(&self, name: &str) -> Option<Domain> {
        self.0.get(name)?.parse().ok()
    }

    fn time(&self) -> Duration {
        let micros = self.0.get("micros").and_then(|micros| micros.parse().ok());
        Duration::from_micros(micros.unwrap_or_default())
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S> Layer<S> for Tap
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            record.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let target = event.metadata().target();
        if ![CONNECTED, ANSWERED, resolver::TARGET].contains(&target) {
            return;
        }
        let mut said = Fields::default();
        event.record(&mut said);
        let request = context.event_scope(event).into_iter().flatten();
        for span in request {
            let role = match span.name() {
                "federator_outward" => Role::Outward,
                "federator_inward" => Role::Inward,
                _ => continue,
            };
            if let Some(fields) = span.extensions().get::<Fields>() {
                self.hop(target, role, fields, &said);
                return;
            }
        }
    }
}

impl Tap {
    /// Notes a hop: `role` says which half of the federator tells, `request` what it was doing.
    fn hop(&self, target: &str, role: Role, request: &Fields, said: &Fields) {
        // Inward tells of its questions to the DNS only, which say whose they are.
        let own = said.domain("at").or_else(|| request.domain("origin"));
        let sender = Place { role, domain: own };
        let receiver = Place {
            role: Role::Inward,
            domain: request.domain("target"),
        };
        let time = said.time();
        let mut hop = Hop {
            kind: Kind::Between,
            sender,
            receiver,
            what: String::new(),
            version: None,
            http: None,
            tls: said.text("tls"),
            answer: Answer::Nothing(String::new()),
            request_id: request.text("request_id").unwrap_or_default(),
            began: self.0.now().saturating_sub(time),
            time,
        };
        let text = |name| said.text(name).unwrap_or_default();
        match target {
            ANSWERED => {
                hop.what = text("path");
                hop.version = said.text("version");
                hop.http = said.text("http");
                if let Ok(status) = text("status").parse() {
                    hop.answer = Answer::Status(status);
                }
            }
            CONNECTED => {
                hop.kind = Kind::Tls;
                hop.what = text("host");
                hop.answer = Answer::Said(format!(
                    "{}, {}, {} handshake",
                    text("tls").replace("TLSv1_", "TLS 1."),
                    text("cipher"),
                    text("handshake").to_lowercase()
                ));
            }
            _ => {
                hop.kind = Kind::Dns;
                hop.receiver = Place::dns();
                hop.what = text("question");
                hop.answer = match said.text("answer") {
                    Some(answer) => Answer::Said(answer),
                    None => Answer::Nothing(text("error")),
                };
            }
        }
        self.0.note(hop);
    }
}
