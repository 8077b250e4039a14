//! Records that repeat their subject's id for old readers.

/// Declares a record about a qualified user which repeats the bare id under the key `id`.
///
/// The struct has no such field: `id` is written from `qualified_id`, and when read, it must be what
/// `reads id as` says and is dropped. A key that is written with a fixed value and means nothing follows
/// after `writes`. A field's serde and schemars attributes, one
/// of each at most, stand after its documentation.
///
/// The struct is read, written and described through twins that have the key.
macro_rules! record_with_legacy_id {
    (
        $(#[doc = $doc:expr])+
        pub struct $name:ident (
            reads id as $legacy:ty $(, writes $constant:ident: $constant_type:ty = $fixed:expr)?
        ) {
            $(
                $(#[doc = $field_doc:expr])+
                $(#[serde($($serde:tt)*)])?
                $(#[schemars($($schemars:tt)*)])?
                pub $field:ident: $type:ty,
            )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "proptest", derive(proptest_derive::Arbitrary))]
        pub struct $name {
            $($(#[doc = $field_doc])+ pub $field: $type,)+
        }

        const _: () = {
            #[derive(serde::Deserialize)]
            #[serde(remote = "Self")]
            struct Read {
                #[serde(default, rename = "id")]
                _id: $legacy,
                $($(#[serde($($serde)*)])? $field: $type,)+
            }

            $crate::record::record!(read Read);

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> Result<Self, D::Error> {
                    let read = <Read as serde::Deserialize>::deserialize(deserializer)?;
                    Ok(Self { $($field: read.$field,)+ })
                }
            }

            #[derive(serde::Serialize)]
            struct Written<'a> {
                id: $crate::OfSubject<$crate::UserId>,
                $($(#[serde($($serde)*)])? $field: &'a $type,)+
                $($constant: $constant_type,)?
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> Result<S::Ok, S::Error> {
                    Written {
                        id: $crate::OfSubject::new(*self.qualified_id.id()),
                        $($field: &self.$field,)+
                        $($constant: $fixed,)?
                    }
                    .serialize(serializer)
                }
            }

            #[cfg(feature = "openapi")]
            #[derive(schemars::JsonSchema)]
            #[allow(dead_code)]
            struct Described {
                /// The id of the user again, for old readers; ignore it.
                id: $crate::OfSubject<$crate::UserId>,
                $(
                    $(#[doc = $field_doc])+
                    $(#[serde($($serde)*)])?
                    $(#[schemars($($schemars)*)])?
                    $field: $type,
                )+
                $(
                    /// Means nothing; ignore it.
                    $constant: $constant_type,
                )?
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
                    let mut schema = <Described as schemars::JsonSchema>::json_schema(generator);
                    $crate::legacy_id::describe(
                        &mut schema,
                        &[$($doc),+],
                        if generator.contract().is_deserialize() {
                            &["id" $(, stringify!($constant))?]
                        } else {
                            &[]
                        },
                    );
                    schema
                }
            }
        };
    };
}

pub(crate) use record_with_legacy_id;

/// Gives the schema of the twin the description of the record, and keys that are not required.
#[cfg(feature = "openapi")]
pub(crate) fn describe(schema: &mut schemars::Schema, docs: &[&str], optional: &[&str]) {
    let description = crate::word::paragraphs(docs);
    schema.insert("description".to_owned(), description.into());
    if let Some(serde_json::Value::Array(required)) = schema.get_mut("required") {
        required.retain(|key| key.as_str().is_none_or(|key| !optional.contains(&key)));
    }
}
