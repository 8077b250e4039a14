//! What somebody meant who wrote a name that does not exist.

/// At most this many names are offered.
const MOST: usize = 4;

/// Those of `names` that look most like `wanted`, best first.
pub(crate) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = wanted.to_ascii_lowercase();
    let mut rated: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| {
            let lower = name.to_ascii_lowercase();
            let distance = distance(&wanted, &lower);
            let part = wanted.len() > 2 && (lower.contains(&wanted) || wanted.contains(&lower));
            let longer = wanted.chars().count().max(lower.chars().count());
            let close = distance <= longer.div_ceil(3);
            (part || close).then_some((distance, name))
        })
        .collect();
    rated.sort();
    rated.dedup();
    rated.into_iter().map(|(_, name)| name).take(MOST).collect()
}

/// `; did you mean …?`, or nothing.
pub(crate) fn hint<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let names = nearest(wanted, names);
    if names.is_empty() {
        return String::new();
    }
    format!("; did you mean {}?", names.join(" or "))
}

/// How many characters must be added, taken away or changed (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, b) in other.iter().enumerate() {
            let above = row[j + 1];
            let here = (diagonal + usize::from(a != *b))
                .min(left + 1)
                .min(above + 1);
            row[j] = left;
            left = here;
            diagonal = above;
        }
        row[other.len()] = left;
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, expected) in [
            ("", "", 0),
            ("a", "", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
            ("claim-prekey", "claim-prekeys", 1),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn names() {
        let names = ["get-user-by-handle", "get-users-by-ids", "api-version"];
        assert_eq!(
            nearest("get-user-by-handel", names)[0],
            "get-user-by-handle"
        );
        assert_eq!(nearest("version", names), ["api-version"]);
        assert!(nearest("zzzzzzzz", names).is_empty());
    }
}
