//! Which form of an event a target gets.

use federation_api::{Version, VersionInfo};

use crate::bundle::{BackendNotification, PayloadBundle};

/// The form that can be sent in the highest version which both sides speak, and that version; `None` if
/// the target can read none of them.
///
/// Of two forms with the same best version it is the last; one that says nothing of versions has none.
///
/// Source: `transport.md` §11.4, step 3.
#[must_use]
pub fn best<'a>(
    bundle: &'a PayloadBundle,
    target: &VersionInfo,
) -> Option<(&'a BackendNotification, Version)> {
    let spoken = |version: &Version| target.supported_versions.contains(&version.number().into());
    let best_of = |notification: &BackendNotification| {
        let versions = notification.body_versions?;
        let mut newest_first = Version::ALL.into_iter().rev();
        newest_first.find(|version| versions.contains(*version) && spoken(version))
    };
    let fitting = bundle.notifications.iter();
    fitting
        .filter_map(|notification| Some((notification, best_of(notification)?)))
        .max_by_key(|(_, version)| *version)
}

#[cfg(test)]
mod tests {
    use federation_api::RequestId;

    use super::*;
    use crate::bundle::BodyVersions;

    fn form(versions: Option<(i64, Option<i64>)>, body: &str) -> BackendNotification {
        BackendNotification {
            own_domain: "a.example.com".parse().expect("a domain"),
            target_component: "galley".to_owned(),
            path: "on-conversation-updated".to_owned(),
            body: body.to_owned(),
            body_versions: versions.map(|(from, until_excl)| BodyVersions { from, until_excl }),
            request_id: Some(RequestId::random()),
        }
    }

    fn chosen(forms: Vec<BackendNotification>, spoken: &[i64]) -> Option<(String, u8)> {
        let bundle = PayloadBundle {
            notifications: forms,
        };
        let target = VersionInfo {
            supported_versions: spoken.to_vec(),
        };
        best(&bundle, &target).map(|(form, version)| (form.body.clone(), version.number()))
    }

    #[test]
    fn each_target_gets_the_newest_form_that_it_reads() {
        let forms = || {
            vec![
                form(Some((1, None)), "new"),
                form(Some((0, Some(1))), "old"),
            ]
        };
        let expect = |spoken: &[i64], body: &str, version| {
            assert_eq!(
                chosen(forms(), spoken),
                Some((body.to_owned(), version)),
                "{spoken:?}"
            );
        };
        expect(&[0], "old", 0);
        expect(&[0, 1], "new", 1);
        expect(&[0, 1, 2], "new", 2);
        expect(&[0, 1, 2, 3], "new", 3);
        expect(&[0, 1, 2, 3, 4], "new", 3);
        expect(&[0, 999_999], "old", 0);
        expect(&[0, 3], "new", 3);
        assert_eq!(chosen(forms(), &[7]), None);
        assert_eq!(chosen(forms(), &[]), None);
    }

    #[test]
    fn ranges_are_held_against_what_is_spoken_and_not_against_its_end() {
        let forms = vec![form(Some((1, Some(2))), "middle")];
        assert_eq!(chosen(forms.clone(), &[0, 3]), None);
        assert_eq!(chosen(forms, &[0, 1, 3]), Some(("middle".to_owned(), 1)));
    }

    #[test]
    fn the_last_of_equals_is_taken_and_none_without_versions() {
        let forms = vec![
            form(Some((0, None)), "first"),
            form(Some((0, None)), "last"),
        ];
        assert_eq!(chosen(forms, &[0, 1]), Some(("last".to_owned(), 1)));
        assert_eq!(chosen(vec![form(None, "unsaid")], &[0]), None);
        assert_eq!(chosen(vec![form(Some((5, None)), "future")], &[0, 5]), None);
    }
}
