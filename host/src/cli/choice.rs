use assay_loader::declarative::Choice;
use clap::Args;

/// Which of a suite's languages and variants is meant.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct ChoiceOptions {
    /// The language, of a suite that has several [default: its first]
    #[arg(long, value_name = "NAME")]
    language: Option<String>,
    /// The variant, of a suite that has several [default: its first]
    #[arg(long, visible_alias = "subset", value_name = "NAME")]
    variant: Option<String>,
}

impl From<&ChoiceOptions> for Choice {
    fn from(options: &ChoiceOptions) -> Self {
        Choice { language: options.language.clone(), variant: options.variant.clone() }
    }
}
