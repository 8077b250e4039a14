//! Where everything stands in the drawing: lifelines beside each other, rows below each other.

use crate::demo::hop::{Hop, Place, Role};
use crate::demo::tale::{Act, Round, Step, Tale};

/// Between two lifelines, in pixels.
const GAP: u32 = 150;
/// Left of the first lifeline and right of the last one.
const MARGIN: u32 = 90;
/// Above the first row.
const TOP: u32 = 44;

/// The order of the parts of a backend, from the outside to the middle.
const INWARDS: [Role; 5] = [
    Role::Brig,
    Role::Galley,
    Role::Cargohold,
    Role::Outward,
    Role::Inward,
];

/// A drawing before it is drawn.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) lifelines: Vec<Lifeline>,
    pub(super) rows: Vec<Row<'a>>,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// A part of a backend, and where its line stands.
#[derive(Debug)]
pub(super) struct Lifeline {
    pub(super) place: Place,
    pub(super) x: u32,
}

/// A row and where it stands.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) y: u32,
    pub(super) content: Content<'a>,
}

/// What stands in a row.
#[derive(Debug)]
pub(super) enum Content<'a> {
    Step(usize, &'a Step),
    Act(&'a Act),
    Round(&'a Round),
    Hop(&'a Hop),
    Result(&'a Round),
}

/// How high a line of a step's story is.
pub(super) const STORY_LINE: u32 = 16;

impl Content<'_> {
    /// In pixels.
    pub(super) fn height(&self) -> u32 {
        match self {
            Self::Step(_, step) => {
                let lines = step.story.lines().map(|_| STORY_LINE).sum::<u32>();
                // The band, the story, the names.
                52 + lines + 26
            }
            Self::Act(_) => 34,
            Self::Round(_) | Self::Result(_) => 26,
            Self::Hop(_) => 28,
        }
    }
}

impl<'a> Layout<'a> {
    pub(super) fn of(tale: &'a Tale) -> Self {
        let mut contents = Vec::new();
        let mut places = Vec::new();
        for (number, step) in (1..).zip(&tale.steps) {
            contents.push(Content::Step(number, step));
            for act in &step.acts {
                contents.push(Content::Act(act));
                for round in &act.rounds {
                    contents.push(Content::Round(round));
                    contents.extend(round.hops.iter().map(Content::Hop));
                    contents.push(Content::Result(round));
                    let ends = round
                        .hops
                        .iter()
                        .flat_map(|hop| [&hop.sender, &hop.receiver]);
                    places.extend(ends.cloned());
                }
            }
        }
        let lifelines = lifelines(places);
        let mut y = TOP;
        let rows = contents.into_iter().map(|content| {
            y += content.height();
            Row { y, content }
        });
        let rows = rows.collect();
        let last = lifelines.last().map_or(MARGIN, |lifeline| lifeline.x);
        Self {
            lifelines,
            rows,
            width: last + MARGIN,
            height: y + 40,
        }
    }

    /// Where the line of a part stands.
    pub(super) fn x(&self, place: &Place) -> Option<u32> {
        let mut lifelines = self.lifelines.iter();
        let lifeline = lifelines.find(|lifeline| lifeline.place == *place);
        lifeline.map(|lifeline| lifeline.x)
    }

    /// The backends, each with the first and the last of its lines.
    pub(super) fn backends(&self) -> Vec<(&str, u32, u32)> {
        let mut backends: Vec<(&str, u32, u32)> = Vec::new();
        for Lifeline { place, x } in &self.lifelines {
            let Some(domain) = &place.domain else {
                continue;
            };
            match backends.last_mut() {
                Some((name, _, last)) if *name == domain.as_str() => *last = *x,
                _ => backends.push((domain.as_str(), *x, *x)),
            }
        }
        backends
    }
}

/// The first backend with its federator at the right, the DNS, the second the other way round.
fn lifelines(mut places: Vec<Place>) -> Vec<Lifeline> {
    places.sort_by_key(|place| (place.domain.clone(), place.role));
    places.dedup();
    let first = places.iter().find_map(|place| place.domain.clone());
    let order = |place: &Place| {
        let inwards = INWARDS.iter().position(|role| *role == place.role);
        let inwards = inwards.unwrap_or_default();
        match &place.domain {
            None => (1, 0),
            domain if *domain == first => (0, inwards),
            _ => (2, INWARDS.len() - inwards),
        }
    };
    places.sort_by_key(order);
    let xs = (0..).map(|at| MARGIN + at * GAP);
    let lifelines = places.into_iter().zip(xs);
    lifelines.map(|(place, x)| Lifeline { place, x }).collect()
}
