//! The strategy `tests-two-instances`: tests run in the judge's instance and call the candidate's functions across.

mod sides;

pub use sides::TwoSides;
