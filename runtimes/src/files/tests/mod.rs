//! What programs can rely on, rule by rule, then against a real file system, then under hostile calls.

mod data;
mod descriptors;
mod differential;
mod garbage;
mod guest;
mod images;
mod limits;
mod listings;
mod names;
mod opening;
mod paths;
mod renames;
mod times;
