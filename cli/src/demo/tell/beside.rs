//! The hops of the cold round and of the warm one beside each other.

use crate::demo::hop::Hop;

/// A hop of the cold round, of the warm one, or the same in both.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside<'a> {
    pub(super) cold: Option<&'a Hop>,
    pub(super) warm: Option<&'a Hop>,
}

impl<'a> Beside<'a> {
    /// The one that there is.
    pub(super) fn either(&self) -> Option<&'a Hop> {
        self.cold.or(self.warm)
    }
}

/// Pairs the hops, in their order. What only one round has stands alone.
pub(super) fn beside<'a>(cold: &'a [Hop], warm: &'a [Hop]) -> Vec<Beside<'a>> {
    let mut rows = Vec::new();
    let mut rest = cold;
    for warm in warm {
        let Some(at) = rest.iter().position(|cold| same(cold, warm)) else {
            rows.push(Beside {
                cold: None,
                warm: Some(warm),
            });
            continue;
        };
        rows.extend(rest[..at].iter().map(alone));
        rows.push(Beside {
            cold: Some(&rest[at]),
            warm: Some(warm),
        });
        rest = &rest[at + 1..];
    }
    rows.extend(rest.iter().map(alone));
    rows
}

fn alone(cold: &Hop) -> Beside<'_> {
    Beside {
        cold: Some(cold),
        warm: None,
    }
}

fn same(one: &Hop, other: &Hop) -> bool {
    (one.kind, &one.sender, &one.receiver, &one.what)
        == (other.kind, &other.sender, &other.receiver, &other.what)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::demo::hop::{Answer, Kind, Place};

    fn hops(names: &[&str]) -> Vec<Hop> {
        let hop = |name: &&str| Hop {
            kind: Kind::Dns,
            sender: Place::dns(),
            receiver: Place::dns(),
            what: (*name).to_owned(),
            version: None,
            http: None,
            tls: None,
            answer: Answer::Status(200),
            request_id: String::new(),
            began: Duration::ZERO,
            time: Duration::ZERO,
        };
        names.iter().map(hop).collect()
    }

    #[test]
    fn what_both_have_stands_in_one_row() {
        let (cold, warm) = (hops(&["a", "b", "c", "b", "d"]), hops(&["b", "x", "d"]));
        let rows = beside(&cold, &warm);
        let what = |hop: Option<&Hop>| hop.map_or("-", |hop| hop.what.as_str()).to_owned();
        let rows: Vec<String> = rows
            .iter()
            .map(|row| what(row.cold) + &what(row.warm))
            .collect();
        assert_eq!(rows, ["a-", "bb", "-x", "c-", "b-", "dd"]);
    }
}
