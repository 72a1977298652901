use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, RestrictionStatus, Ruleset, RulesetAttr, RulesetError,
    RulesetStatus, Scope,
};
use thiserror::Error;

/// The newest rules we know; a kernel with fewer enforces what it has.
const RULES: ABI = ABI::V6;

/// Why files were not given up.
#[derive(Debug, Error)]
pub(super) enum FilesError {
    #[error("the kernel has it not, or it is turned off")]
    Unsupported,
    #[error(transparent)]
    Refused(#[from] RulesetError),
}

/// Gives up opening files, connecting anywhere, and signalling other processes. What is open stays usable.
pub(super) fn give_up() -> Result<(), FilesError> {
    let RestrictionStatus { ruleset, .. } = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(RULES))?
        .handle_access(AccessNet::from_all(RULES))?
        .scope(Scope::from_all(RULES))?
        .create()?
        .restrict_self()?;
    if ruleset == RulesetStatus::NotEnforced { Err(FilesError::Unsupported) } else { Ok(()) }
}
