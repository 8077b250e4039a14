//! All RPCs, to be found by the names that people write.

use federation_api::Version;
use federation_clients::{DynamicRpc, brig, cargohold, galley};

use crate::fault::Fault;
use crate::nearest::hint;

/// The components whose RPCs are declared. A component is added here and nowhere else.
pub(crate) const COMPONENTS: &[(&str, &[DynamicRpc])] = &[
    ("brig", brig::ALL),
    ("galley", galley::ALL),
    ("cargohold", cargohold::ALL),
];

/// The variants of one RPC.
#[derive(Debug)]
pub(crate) struct Variants {
    component: &'static str,
    name: &'static str,
    variants: Vec<&'static DynamicRpc>,
}

impl Variants {
    /// The RPC of this name.
    pub(crate) fn find(component: &str, name: &str) -> Result<Self, Fault> {
        let rpcs = rpcs_of(component)?;
        let name = name.to_ascii_lowercase();
        let variants: Vec<_> = rpcs.iter().filter(|rpc| rpc.rpc().name == name).collect();
        match variants.first() {
            Some(first) => Ok(Self {
                component: first.rpc().component,
                name: first.rpc().name,
                variants,
            }),
            None => Err(unknown_rpc(component, &name, rpcs)),
        }
    }

    /// The variant that `version` means by this name.
    pub(crate) fn in_version(&self, version: Version) -> Option<&'static DynamicRpc> {
        let holds = |rpc: &&DynamicRpc| rpc.rpc().versions.contains(version);
        self.variants.iter().copied().find(holds)
    }

    /// The variant of `version`, or of the newest version that has the RPC if none is given.
    pub(crate) fn choose(&self, version: Option<Version>) -> Result<&'static DynamicRpc, Fault> {
        let rpc = match version {
            Some(version) => self.in_version(version),
            None => Version::ALL
                .into_iter()
                .rev()
                .find_map(|version| self.in_version(version)),
        };
        rpc.ok_or_else(|| Fault::Usage(self.absent_from(version.unwrap_or(Version::NEWEST))))
    }

    /// Says that a version does not have the RPC.
    pub(crate) fn absent_from(&self, version: Version) -> String {
        let ranges: Vec<_> = self
            .variants
            .iter()
            .map(|rpc| rpc.rpc().versions.to_string())
            .collect();
        let Self {
            component, name, ..
        } = self;
        format!(
            "{version} does not have {component} {name}; it is in {}",
            ranges.join(" and ")
        )
    }

    /// Whether the RPC means the same in every version.
    pub(crate) fn is_in_all_versions(&self) -> bool {
        self.variants.iter().any(|rpc| rpc.rpc().versions.is_all())
    }
}

/// The names of the components.
pub(crate) fn component_names() -> impl Iterator<Item = &'static str> {
    COMPONENTS.iter().map(|(name, _)| *name)
}

/// The RPCs of a component.
pub(crate) fn rpcs_of(component: &str) -> Result<&'static [DynamicRpc], Fault> {
    COMPONENTS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(component))
        .map(|(_, rpcs)| *rpcs)
        .ok_or_else(|| {
            let names: Vec<_> = component_names().collect();
            Fault::Usage(format!(
                "no component is called `{component}`{}\ncomponents: {}",
                hint(component, names.iter().copied()),
                names.join(", ")
            ))
        })
}

/// The names of RPCs, each once, in the order of the declaration.
pub(crate) fn names(rpcs: &[DynamicRpc]) -> Vec<&'static str> {
    let mut names: Vec<_> = rpcs.iter().map(|rpc| rpc.rpc().name).collect();
    names.dedup();
    names
}

fn unknown_rpc(component: &str, name: &str, rpcs: &[DynamicRpc]) -> Fault {
    let own = names(rpcs);
    let elsewhere: Vec<_> = COMPONENTS
        .iter()
        .filter(|(_, rpcs)| rpcs.iter().any(|rpc| rpc.rpc().name == name))
        .map(|(component, _)| *component)
        .collect();
    let hint = match elsewhere.first() {
        Some(other) => format!("; {other} has one"),
        None => hint(name, own.iter().copied()),
    };
    Fault::Usage(format!(
        "{component} has no RPC `{name}`{hint}\nRPCs of {component}: {}",
        own.join(", ")
    ))
}
