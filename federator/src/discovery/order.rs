//! The order in which the targets of a backend are tried.

use super::SrvTarget;

/// The targets in the order of RFC 2782: by ascending priority; among equals at random, each as likely
/// as its weight says.
///
/// `draw(n)` gives a number from 0 to `n`, both included.
///
/// Source: RFC 2782, `transport.md` §10.
pub fn in_order(mut targets: Vec<SrvTarget>, mut draw: impl FnMut(u32) -> u32) -> Vec<SrvTarget> {
    // Those without weight stand first among equals: they are drawn only by a zero.
    targets.sort_by_key(|target| (target.priority, target.weight != 0));
    let mut ordered = Vec::with_capacity(targets.len());
    while let Some(first) = targets.first() {
        let priority = first.priority;
        let equals = targets.partition_point(|target| target.priority == priority);
        let sum = targets[..equals].iter().map(weight).sum();
        let drawn = draw(sum);
        let mut running = 0;
        let chosen = targets[..equals].iter().position(|target| {
            running += weight(target);
            running >= drawn
        });
        ordered.push(targets.remove(chosen.unwrap_or(0)));
    }
    ordered
}

fn weight(target: &SrvTarget) -> u32 {
    u32::from(target.weight)
}

#[cfg(test)]
mod tests {
    use super::{SrvTarget, in_order};

    fn target(priority: u16, weight: u16, host: &str) -> SrvTarget {
        SrvTarget {
            priority,
            weight,
            host: host.to_owned(),
            port: 443,
        }
    }

    fn hosts(targets: Vec<SrvTarget>, draw: impl FnMut(u32) -> u32) -> String {
        let ordered = in_order(targets, draw);
        ordered.iter().map(|target| target.host.as_str()).collect()
    }

    #[test]
    fn priority_goes_before_weight() {
        let targets = || vec![target(9, 9, "c"), target(0, 1, "a"), target(5, 0, "b")];
        assert_eq!(hosts(targets(), |_| 0), "abc");
        assert_eq!(hosts(targets(), |most| most), "abc");
    }

    #[test]
    fn the_first_running_sum_that_reaches_the_number_wins() {
        let targets = || vec![target(0, 3, "a"), target(0, 0, "z"), target(0, 7, "b")];
        assert_eq!(hosts(targets(), |_| 0), "zab");
        assert_eq!(hosts(targets(), |most| most.min(3)), "abz");
        assert_eq!(hosts(targets(), |most| most), "baz");
    }

    /// D61.
    #[test]
    fn no_server_with_weight_is_always_or_never_first() {
        let first = |_: &u32| {
            let targets = vec![target(0, 10, "a"), target(0, 10, "b")];
            hosts(targets, |most| fastrand::u32(0..=most)).starts_with('a')
        };
        let firsts = (0..50).filter(first).count();
        assert!((1..50).contains(&firsts), "{firsts}");
    }
}
