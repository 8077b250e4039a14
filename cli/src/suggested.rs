//! Arguments for which shells can offer names, while any text is taken: what is wrong with a name is
//! said by whoever looks it up, who knows more about it.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use clap::error::Error;
use clap::{Arg, Command};

use crate::rpcs::{self, COMPONENTS};
use crate::types;

/// Takes any text and offers these names.
#[derive(Debug, Clone)]
pub(crate) struct Suggested(fn() -> Vec<&'static str>);

/// The names of components.
pub(crate) fn components() -> Suggested {
    Suggested(|| rpcs::component_names().collect())
}

/// The names of all RPCs.
pub(crate) fn rpcs() -> Suggested {
    Suggested(|| {
        COMPONENTS
            .iter()
            .flat_map(|(_, rpcs)| rpcs::names(rpcs))
            .collect()
    })
}

/// The names of types.
pub(crate) fn types() -> Suggested {
    Suggested(|| {
        let names = types::all().map(|known| known.name);
        // A blank would be two words for a shell.
        names.filter(|name| !name.contains(' ')).collect()
    })
}

impl TypedValueParser for Suggested {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0().into_iter().map(PossibleValue::new)))
    }
}
