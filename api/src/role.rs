//! What members of a conversation may do in it.

use serde::Deserializer;
use serde::de::{Error, Visitor};

use crate::claimed_text::claimed_text;
use crate::excerpt::excerpt;
use crate::lenient::anything_else;
use crate::permission::Permission;
use crate::text::Text;

/// The beginning of the names that backends keep to themselves.
const RESERVED: &str = "wire_";

claimed_text! {
    /// The name of the role that a member has in a conversation.
    ///
    /// There are two that every backend knows, [admin](RoleName::admin) and [member](RoleName::member);
    /// names of one's own have 2 to 128 characters out of `a-z`, `0-9` and `_` and do not begin with
    /// `wire_`. That holds for names made here; readers of the protocol do not check it, so a name that
    /// was read may be any text.
    ///
    /// Source: `galley-types.md` §2.
    ///
    /// ```
    /// use federation_api::role::RoleName;
    ///
    /// assert_eq!("wire_admin".parse(), Ok(RoleName::admin()));
    /// assert!("wire_owner".parse::<RoleName>().is_err());
    /// let read: RoleName = serde_json::from_str("\"Wire Owner\"")?;
    /// assert!(!read.is_well_formed());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct RoleName, RoleNameError: |text| check(text);
    strategy "wire_(admin|member)|[a-z0-9_]{2,4}[a-z0-9]{2,60}";
    schema {
        "type": "string",
        "description": "The name of the role that a member has in a conversation: `wire_admin`, `wire_member`, or \
            one of 2 to 128 characters out of a-z, 0-9 and _ that does not begin with `wire_`. Readers do not \
            check that.",
        "examples": ["wire_member"]
    }
}

/// A text that is no name of a role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is no name of a role: write `wire_admin`, `wire_member`, or 2 to 128 characters out of \
     a-z, 0-9 and _ that do not begin with `wire_`"
)]
pub struct RoleNameError {
    /// The text, shortened if it is long.
    pub found: String,
}

fn check(text: &str) -> Result<(), RoleNameError> {
    let good = (2..=128).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && (matches!(text, ADMIN | MEMBER) || !text.starts_with(RESERVED));
    if good {
        Ok(())
    } else {
        Err(RoleNameError {
            found: excerpt(text),
        })
    }
}

const ADMIN: &str = "wire_admin";
const MEMBER: &str = "wire_member";

impl RoleName {
    /// `wire_admin`: may do everything.
    #[must_use]
    pub fn admin() -> Self {
        Self(Text::from(ADMIN))
    }

    /// `wire_member`: may leave.
    #[must_use]
    pub fn member() -> Self {
        Self(Text::from(MEMBER))
    }

    /// Whether the role grants a permission. Roles other than the two that every backend knows grant
    /// none.
    ///
    /// Source: `galley.md` §6.
    #[must_use]
    pub fn grants(&self, permission: Permission) -> bool {
        match self.as_str() {
            ADMIN => true,
            MEMBER => permission == Permission::LeaveConversation,
            _ => false,
        }
    }
}

/// Reads the name of a role and takes whatever is no text for `wire_admin`.
pub(crate) fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RoleName, D::Error> {
    let name = deserializer.deserialize_any(Lenient)?;
    Ok(name.unwrap_or_else(RoleName::admin))
}

struct Lenient;

impl<'de> Visitor<'de> for Lenient {
    type Value = Option<RoleName>;

    anything_else!(seq map);

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<RoleName>, E> {
        Ok(Some(RoleName::unchecked(Text::from(text))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grammar_of_names() {
        for good in ["wire_admin", "wire_member", "ab", "a_1", "_wire_"] {
            assert!(good.parse::<RoleName>().is_ok(), "{good}");
        }
        assert!("a".repeat(128).parse::<RoleName>().is_ok());
        for bad in ["", "a", "wire_", "wire_owner", "Wire", "a-b", "ä1"] {
            assert!(bad.parse::<RoleName>().is_err(), "{bad}");
        }
        assert!("a".repeat(129).parse::<RoleName>().is_err());
    }

    #[test]
    fn what_roles_grant() {
        assert!(RoleName::admin().grants(Permission::DeleteConversation));
        assert!(RoleName::member().grants(Permission::LeaveConversation));
        assert!(!RoleName::member().grants(Permission::ModifyConversationName));
        let custom: RoleName = "reader".parse().unwrap();
        assert!(!custom.grants(Permission::LeaveConversation));
    }
}
