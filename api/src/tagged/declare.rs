//! The macro that declares a sum.

/// Declares a sum.
///
/// ```text
/// tagged! {
///     /// What it is.
///     pub enum Answer("tag", "contents") {
///         /// An alternative without content.
///         Nothing = "AnswerNothing",
///         /// An alternative with content. The content is required, even where it is null.
///         Something(u8) = "AnswerSomething",
///         /// An alternative that readers who state no version are told as another one.
///         Novelty = "AnswerNovelty" (to_old_readers = "AnswerNothing"),
///         ..Unknown
///     }
/// }
/// ```
///
/// The last line is left out for sums of which every alternative must be known. The schema is a union
/// of named components, one for each alternative: `AnswerNothing`, `AnswerSomething`.
macro_rules! tagged {
    (
        $(#[doc = $doc:expr])+
        $vis:vis enum $name:ident($tag:literal, $content:literal) {
            $(
                $(#[doc = $alt_doc:expr])+
                $alt:ident $(($type:ty))? = $text:literal $((to_old_readers = $old:literal))?,
            )+
            $(..$unknown:ident)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        $vis enum $name {
            $($(#[doc = $alt_doc])+ $alt $(($type))?,)+
            $(
                /// An alternative that this crate does not know, kept as it came from a newer peer.
                $unknown($crate::tagged::UnknownTag),
            )?
        }

        impl $crate::tagged::Tagged for $name {
            const TAG: &'static str = $tag;
            const CONTENT: &'static str = $content;
            const NAMES: &'static [&'static str] = &[$($text),+];
            const KEEPS_UNKNOWN: bool = $crate::tagged::is_present!($($unknown)?);

            #[allow(unused_variables)]
            fn without_content(tag: &str) -> Option<Self> {
                $($crate::tagged::nullary!(tag, $text, $alt $(, $type)?);)+
                None
            }

            fn read_content<'de, D: serde::Deserializer<'de>>(
                tag: &str,
                content: D,
            ) -> Result<Self, D::Error> {
                match tag {
                    $($(
                        $text => <$type as serde::Deserialize>::deserialize(content).map(Self::$alt),
                    )?)+
                    _ => Err(serde::de::Error::unknown_variant(tag, Self::NAMES)),
                }
            }

            #[allow(unused_variables, unreachable_code)]
            fn unknown(unknown: $crate::tagged::UnknownTag) -> Option<Self> {
                $(return Some(Self::$unknown(unknown));)?
                None
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::tagged::read(deserializer)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $($crate::tagged::write_alternative!(self, serializer, $name, $tag, $content, $crate::tagged::name_for_reader!($text $(, $old)?), $alt $(, $type)?);)+
                match self {
                    $(Self::$unknown(unknown) => serde::Serialize::serialize(unknown, serializer),)?
                    #[allow(unreachable_patterns)]
                    _ => Err(serde::ser::Error::custom("every alternative is written above")),
                }
            }
        }

        #[cfg(feature = "openapi")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let mut union = $crate::tagged::Union::new($tag);
                $({
                    struct Alternative;

                    impl schemars::JsonSchema for Alternative {
                        fn schema_name() -> std::borrow::Cow<'static, str> {
                            concat!(stringify!($name), stringify!($alt)).into()
                        }

                        fn schema_id() -> std::borrow::Cow<'static, str> {
                            concat!(module_path!(), "::", stringify!($name), "::", stringify!($alt)).into()
                        }

                        fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                            let content: Option<schemars::Schema> =
                                $crate::tagged::content_schema!(generator $(, $type)?);
                            $crate::tagged::alternative_schema(
                                ($tag, $text),
                                ($content, content),
                                &[$($alt_doc),+],
                            )
                        }
                    }

                    union.add($text, &generator.subschema_for::<Alternative>());
                })+
                union.schema(&[$($doc),+])
            }
        }

        $crate::scalar::arbitrary!($name, {
            let alternatives: Vec<BoxedStrategy<Self>> =
                vec![$($crate::tagged::alternative_strategy!(Self::$alt $(, $type)?)),+];
            proptest::strategy::Union::new(alternatives)
        });
    };
}

/// Whether there is anything between the brackets.
macro_rules! is_present {
    () => {
        false
    };
    ($($anything:tt)+) => {
        true
    };
}

macro_rules! nullary {
    ($tag:ident, $text:literal, $alt:ident) => {
        if $tag == $text {
            return Some(Self::$alt);
        }
    };
    ($tag:ident, $text:literal, $alt:ident, $type:ty) => {};
}

macro_rules! name_for_reader {
    ($text:literal) => {
        $text
    };
    ($text:literal, $old:literal) => {
        if $crate::Audience::current().states_version() {
            $text
        } else {
            $old
        }
    };
}

macro_rules! write_alternative {
    ($this:ident, $serializer:ident, $name:ident, $tag:literal, $content:literal, $text:expr, $alt:ident) => {
        if let Self::$alt = $this {
            let mut object =
                serde::Serializer::serialize_struct($serializer, stringify!($name), 1)?;
            serde::ser::SerializeStruct::serialize_field(&mut object, $tag, $text)?;
            return serde::ser::SerializeStruct::end(object);
        }
    };
    ($this:ident, $serializer:ident, $name:ident, $tag:literal, $content:literal, $text:expr, $alt:ident, $type:ty) => {
        if let Self::$alt(content) = $this {
            let mut object =
                serde::Serializer::serialize_struct($serializer, stringify!($name), 2)?;
            serde::ser::SerializeStruct::serialize_field(&mut object, $tag, $text)?;
            serde::ser::SerializeStruct::serialize_field(&mut object, $content, content)?;
            return serde::ser::SerializeStruct::end(object);
        }
    };
}

#[cfg(feature = "openapi")]
macro_rules! content_schema {
    ($generator:ident) => {{
        let _ = $generator;
        None
    }};
    ($generator:ident, $type:ty) => {
        Some($generator.subschema_for::<$type>())
    };
}

#[cfg(feature = "proptest")]
macro_rules! alternative_strategy {
    ($alt:expr) => {
        Just($alt).boxed()
    };
    ($alt:expr, $type:ty) => {
        any::<$type>().prop_map($alt).boxed()
    };
}

#[cfg(feature = "proptest")]
pub(crate) use alternative_strategy;
#[cfg(feature = "openapi")]
pub(crate) use content_schema;
pub(crate) use {is_present, name_for_reader, nullary, tagged, write_alternative};

#[cfg(test)]
mod tests {
    use crate::client::ClientId;

    tagged! {
        /// A sum of which every alternative must be known, with other keys.
        enum Strict("kind", "value") {
            /// Nothing.
            Nothing = "nothing",
            /// A pair.
            Pair((ClientId, bool)) = "pair",
        }
    }

    fn read(json: &str) -> Result<Strict, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn keys_come_in_any_order() {
        let pair = Strict::Pair((ClientId(43), true));
        for json in [
            r#"{"kind":"pair","value":["2b",true]}"#,
            r#"{"value":["2b",true],"kind":"pair"}"#,
            r#"{"more":{"kind":1},"value":["2b",true],"more":[],"kind":"pair","more":null}"#,
            r#"{"kind":"pair","more":"kind","value":["2b",true]}"#,
        ] {
            assert_eq!(read(json).as_ref(), Ok(&pair), "{json}");
            let value: serde_json::Value = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::from_value::<Strict>(value).unwrap(), pair);
        }
        assert_eq!(
            serde_json::to_string(&pair).unwrap(),
            r#"{"kind":"pair","value":["2b",true]}"#
        );
        assert_eq!(
            serde_json::to_string(&Strict::Nothing).unwrap(),
            r#"{"kind":"nothing"}"#
        );
    }

    #[test]
    fn faults_are_told() {
        for (json, fault) in [
            (
                r#"{"kind":"other"}"#,
                "`other` is no known `kind`: expected one of `nothing`, `pair`",
            ),
            (r#"{"kind":"pair"}"#, "missing field `value`"),
            (r#"{"value":1}"#, "missing field `kind`"),
            (
                r#"{"value":1,"value":2,"kind":"nothing"}"#,
                "duplicate field `value`",
            ),
            (
                r#"{"kind":"nothing","kind":"pair"}"#,
                "duplicate field `kind`",
            ),
            (
                r#"{"value":["x",true],"kind":"pair"}"#,
                "`value[0]` of `pair`: `x` is no client id",
            ),
            (r#"{"kind":"pair","value":["2b",1]}"#, "expected a boolean"),
            (
                r#""nothing""#,
                "expected an object whose key `kind` names one of `nothing`, `pair`",
            ),
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains(fault), "{json}: {error}");
        }
    }
}
