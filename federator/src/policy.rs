//! Which backends this one federates with.
//!
//! Source: `transport.md` §14.1, §14.2.

mod source;

use federation_api::{Domain, Failure, TeamId};
use serde::{Deserialize, Deserializer};

pub(crate) use source::PolicySource;

/// Which backends this one federates with, as brig says it on `GET /i/federation/remotes` or the
/// configuration under `policy`.
///
/// A federator looks at the strategy and the domains. Search policies and restrictions are brig's to
/// enforce (`transport.md` §14.3); they are read so that a mistake in them is noticed.
///
/// ```
/// use federation_federator::Policy;
///
/// let policy: Policy = serde_json::from_str(r#"{
///     "strategy": "allowDynamic",
///     "remotes": [{ "domain": "b.example.com", "search_policy": "full_search" }]
/// }"#)?;
/// assert!(policy.allows(&"b.example.com".parse()?));
/// assert!(!policy.allows(&"c.example.com".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[non_exhaustive]
pub struct Policy {
    /// Which rule applies. Required: no answer is no rule.
    pub strategy: Strategy,
    /// The known backends.
    #[serde(default)]
    pub remotes: Vec<Remote>,
    /// After how many seconds brig wants to be asked again.
    #[serde(default)]
    pub update_interval: Option<u64>,
}

/// Which rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Strategy {
    /// Nobody. The default.
    #[default]
    AllowNone,
    /// Everybody.
    AllowAll,
    /// The known backends.
    AllowDynamic,
}

/// A known backend.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Remote {
    /// Its domain.
    pub domain: Domain,
    /// Which of its teams; brig enforces it.
    #[serde(default)]
    pub restriction: Restriction,
}

/// Which teams of a known backend may federate. Enforced by brig, not by federators.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Restriction {
    /// All of them.
    #[default]
    AllowAll,
    /// Only these.
    Teams(Vec<TeamId>),
}

impl<'de> Deserialize<'de> for Restriction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Tagged {
            tag: Tag,
            value: Option<Vec<TeamId>>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Tag {
            AllowAll,
            RestrictByTeam,
        }
        let tagged = Tagged::deserialize(deserializer)?;
        Ok(match tagged.tag {
            Tag::AllowAll => Self::AllowAll,
            Tag::RestrictByTeam => Self::Teams(tagged.value.unwrap_or_default()),
        })
    }
}

impl Policy {
    /// A policy without known backends: for [`Strategy::AllowAll`] and [`Strategy::AllowNone`].
    #[must_use]
    pub fn of(strategy: Strategy) -> Self {
        Self {
            strategy,
            ..Self::default()
        }
    }

    /// Whether this backend federates with `domain`.
    #[must_use]
    pub fn allows(&self, domain: &Domain) -> bool {
        match self.strategy {
            Strategy::AllowNone => false,
            Strategy::AllowAll => true,
            Strategy::AllowDynamic => self.remotes.iter().any(|remote| remote.domain == *domain),
        }
    }
}

/// 400 `federation-denied`. The text is the same for origins and for targets.
pub(crate) fn denied(domain: &Domain) -> Failure {
    let message = format!("origin domain [{domain}] not in the federation allow list");
    Failure::new(400, "federation-denied", message)
}

#[cfg(test)]
mod tests {
    use super::{Policy, Restriction, Strategy};

    #[test]
    fn the_example_of_the_reference() {
        let policy: Policy = serde_json::from_str(
            r#"{ "strategy": "allowDynamic", "remotes": [
                { "domain": "b.example.com", "search_policy": "full_search",
                  "restriction": { "tag": "allow_all", "value": null } },
                { "domain": "c.example.com", "search_policy": "no_search",
                  "restriction": { "tag": "restrict_by_team",
                                   "value": ["99db9768-04e3-4b5d-9268-831b6a25c4ab"] } } ],
              "update_interval": 10 }"#,
        )
        .unwrap();
        assert_eq!(policy.remotes[0].restriction, Restriction::AllowAll);
        assert!(matches!(&policy.remotes[1].restriction, Restriction::Teams(t) if t.len() == 1));
        // Whatever its restriction: that one is for brig.
        assert!(policy.allows(&"C.example.com".parse().unwrap()));
        assert!(!policy.allows(&"d.example.com".parse().unwrap()));
    }

    #[test]
    fn nobody_unless_said_otherwise() {
        let domain = "b.example.com".parse().unwrap();
        assert!(!Policy::default().allows(&domain));
        assert!(serde_json::from_str::<Policy>("{}").is_err());
        assert!(serde_json::from_str::<Policy>("[]").is_err());
        assert!(Policy::of(Strategy::AllowAll).allows(&domain));
    }
}
