//! Records whose keys were renamed.

use serde::de::{DeserializeOwned, Error};
use serde_json::value::RawValue;

/// Declares a record that is written with its present keys and read with either these or older ones.
///
/// ```text
/// record_with_older_keys! {
///     /// What it is.
///     pub struct Request {
///         /// The user.
///         pub user: OfSender<UserId> = "req_user" or "user",
///     }
/// }
/// ```
///
/// The older keys are looked at only where the present ones are missing: beside them they mean
/// nothing, like any other unknown key.
macro_rules! record_with_older_keys {
    (
        $(#[doc = $doc:expr])+
        $vis:vis struct $name:ident {
            $(
                $(#[doc = $field_doc:expr])+
                pub $field:ident: $type:ty = $key:literal or $older:literal,
            )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        #[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
        $vis struct $name {
            $(
                $(#[doc = $field_doc])+
                #[serde(rename = $key)]
                pub $field: $type,
            )+
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl<'de> serde::de::Visitor<'de> for Visitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("an object with the keys of ", stringify!($name)))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<$name, A::Error> {
                        $(let mut $field = $crate::older_keys::Slot::default();)+
                        while let Some(key) = map.next_key::<$crate::text::Text>()? {
                            match key.as_str() {
                                $(
                                    $key if $field.current.is_none() => {
                                        $field.current = Some(map.next_value()?);
                                    }
                                    $key => return Err(serde::de::Error::duplicate_field($key)),
                                    $older => $field.older = Some(map.next_value()?),
                                )+
                                _ => drop(map.next_value::<serde::de::IgnoredAny>()?),
                            }
                        }
                        Ok($name {
                            $($field: $field.take($key, $older)?,)+
                        })
                    }
                }

                deserializer.deserialize_map(Visitor)
            }
        }
    };
}

pub(crate) use record_with_older_keys;

/// What was found of one field.
pub(crate) struct Slot<T> {
    /// Under its present key.
    pub(crate) current: Option<T>,
    /// Under its older key.
    pub(crate) older: Option<Box<RawValue>>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self {
            current: None,
            older: None,
        }
    }
}

impl<T: DeserializeOwned> Slot<T> {
    /// The value of the field.
    pub(crate) fn take<E: Error>(self, key: &'static str, older_key: &'static str) -> Result<T, E> {
        match (self.current, self.older) {
            (Some(value), _) => Ok(value),
            (None, Some(json)) => {
                T::deserialize(&mut serde_json::Deserializer::from_str(json.get()))
                    .map_err(|error| E::custom(format_args!("`{older_key}`: {error}")))
            }
            (None, None) => Err(E::missing_field(key)),
        }
    }
}

#[cfg(test)]
mod tests {
    record_with_older_keys! {
        /// Something.
        struct Renamed {
            /// A number.
            pub number: u8 = "a_number" or "number",
            /// A flag.
            pub flag: bool = "a_flag" or "flag",
        }
    }

    fn read(json: &str) -> Result<(u8, bool), String> {
        serde_json::from_str(json)
            .map(|Renamed { number, flag }| (number, flag))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn present_keys_count_first() {
        assert_eq!(read(r#"{"a_number":1,"a_flag":true}"#), Ok((1, true)));
        assert_eq!(read(r#"{"number":1,"flag":true}"#), Ok((1, true)));
        assert_eq!(
            read(r#"{"number":2,"flag":[],"x":{},"a_flag":false,"a_number":1}"#),
            Ok((1, false))
        );
    }

    #[test]
    fn faults_are_told() {
        for (json, fault) in [
            (r#"{"a_number":1}"#, "missing field `a_flag`"),
            (r#"{"a_number":1,"flag":1}"#, "`flag`: invalid type"),
            (
                r#"{"a_number":1,"a_number":1}"#,
                "duplicate field `a_number`",
            ),
            ("[1,true]", "an object with the keys of Renamed"),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(fault), "{json}: {error}");
        }
    }
}
