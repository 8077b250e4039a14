//! Finding users by the beginnings of their names and handles.

use std::collections::BTreeSet;

use federation_api::search::SearchRequest;
use federation_api::user::{UserType, UserTypeFilter};
use federation_api::{Call, Handle, TeamId};

use crate::state::State;
use crate::user::{AccountStatus, User};

/// The most contacts that a search gives.
///
/// Source: `brig.md` §4.7.
pub(crate) const MOST_CONTACTS: usize = 15;

/// No name or handle is longer, in characters, once it is normalised.
const LONGEST_TERM: usize = 512;

/// What a search is limited to.
pub(crate) struct Limits<'a> {
    /// Members of these teams only; `None` for no limit.
    pub(crate) teams: Option<BTreeSet<TeamId>>,
    types: &'a [UserTypeFilter],
}

impl<'a> Limits<'a> {
    pub(crate) fn of(call: &Call, search: &'a SearchRequest) -> Self {
        let teams = search.only_in_teams.as_ref().map(|teams| {
            let local = |team| *call.request().own(team);
            teams.iter().map(local).collect()
        });
        Self {
            teams,
            types: search.types.as_deref().unwrap_or_default(),
        }
    }

    /// Whether the user is in one of the teams, and of one of the types.
    fn admit(&self, user: &User) -> bool {
        let in_team = match &self.teams {
            None => true,
            Some(teams) => user.team.is_some_and(|team| teams.contains(&team)),
        };
        let of_type = self.types.is_empty()
            || self.types.iter().any(|wanted| {
                user.user_type()
                    == match wanted {
                        UserTypeFilter::Regular => UserType::Regular,
                        UserTypeFilter::App => UserType::App,
                    }
            });
        in_team && of_type
    }
}

/// The user whose handle is exactly this. Whether it wants to be found plays no part.
///
/// Source: `brig.md` §4.7, step 4; an invitation is left out as in §4.2.
pub(crate) fn by_handle<'s>(state: &'s State, term: &str, limits: &Limits<'_>) -> Option<&'s User> {
    let handle: Handle = term.parse().ok()?;
    state
        .owner(&handle)
        .filter(|user| user.status != AccountStatus::PendingInvitation && limits.admit(user))
}

/// The users whose handle or name, or a later word of the name, begins with this; the owner of
/// exactly this handle is not among them. Sorted by name.
///
/// Source: `brig.md` §4.7, step 5.
pub(crate) fn by_text<'s>(state: &'s State, term: &str, limits: &Limits<'_>) -> Vec<&'s User> {
    if term.chars().nth(LONGEST_TERM).is_some() {
        return Vec::new();
    }
    let wanted = normalised(term);
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(String, &User)> = state
        .users
        .values()
        .filter(|user| {
            user.status == AccountStatus::Active
                && user.searchable
                && open_to_search(state, user)
                && limits.admit(user)
        })
        .filter_map(|user| {
            let handle = user.handle.as_ref().map_or("", Handle::as_str);
            let name = normalised(user.name.as_str());
            let fits = handle != term && (handle.starts_with(&wanted) || begins(&name, &wanted));
            fits.then_some((name, user))
        })
        .collect();
    found.sort_by(|(name, user), (other, another)| (name, user.id).cmp(&(other, another.id)));
    found.into_iter().map(|(_, user)| user).collect()
}

/// Whether the user has no team or one whose members outsiders may find.
fn open_to_search(state: &State, user: &User) -> bool {
    user.team.is_none_or(|team| {
        state
            .teams
            .get(&team)
            .is_some_and(|team| team.inbound_search)
    })
}

/// Whether a normalised name, or a later word of it, begins with a normalised term.
fn begins(name: &str, term: &str) -> bool {
    name.match_indices(' ')
        .map(|(blank, _)| &name[blank + 1..])
        .chain([name])
        .any(|words| words.starts_with(term))
}

/// A text without what people leave out when they search: letter case, accents, superfluous blanks.
fn normalised(text: &str) -> String {
    let folded: String = text.chars().flat_map(char::to_lowercase).collect();
    let mut plain = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        for letter in word.chars() {
            push_unaccented(&mut plain, letter);
        }
    }
    plain
}

/// Latin letters lose their accents; others stay as they are.
fn push_unaccented(plain: &mut String, letter: char) {
    let letters = match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ł' | 'ĺ' | 'ļ' | 'ľ' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'œ' => "oe",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' => "t",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        // Combining accents, as decomposed text has them.
        '\u{300}'..='\u{36f}' => "",
        other => return plain.push(other),
    };
    plain.push_str(letters);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normalisation() {
        for (text, plain) in [
            ("  Mira \t K. ", "mira k."),
            ("Žofie Nováková", "zofie novakova"),
            ("Jürgen Groß", "jurgen gross"),
            ("Ju\u{308}rgen", "jurgen"),
            ("李雷", "李雷"),
            ("\u{301}", ""),
            ("", ""),
        ] {
            assert_eq!(normalised(text), plain, "{text:?}");
        }
    }
}
