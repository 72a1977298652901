//! The table of limits in `suite.toml`.

use std::fmt;

use assay_api::Calibration;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::spanned::Spanned;

#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsTable {
    /// For computing.
    pub(super) fuel: Option<Spanned<FuelTable>>,
    /// Of the interpreter and the program together.
    pub(super) memory_bytes: Option<u64>,
    /// The benchmark's own time limit: how long a program may sleep.
    pub(super) seconds: Option<Spanned<f64>>,
    /// Kept of each output stream; the rest is dropped.
    pub(super) capture_bytes: Option<u64>,
    /// Written to both streams before the program is ended.
    pub(super) output_bytes: Option<u64>,
    /// In all files that the program creates.
    pub(super) file_bytes: Option<u64>,
    /// How many files it may create.
    pub(super) file_count: Option<u32>,
}

/// A limit on fuel: the same for all tasks, or by their gold answers.
#[derive(Debug, Clone, Copy)]
pub(super) enum FuelTable {
    Fixed(u64),
    Calibrated(CalibrationTable),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CalibrationTable {
    /// How many times the gold answer's fuel; at least 4.
    pub(super) factor: u32,
    /// The least, whatever the gold answer uses, and where none passes.
    pub(super) floor: u64,
    /// The most.
    pub(super) ceiling: u64,
}

impl From<CalibrationTable> for Calibration {
    fn from(table: CalibrationTable) -> Self {
        Calibration { factor: table.factor, floor: table.floor, ceiling: table.ceiling }
    }
}

impl<'de> Deserialize<'de> for FuelTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FuelVisitor)
    }
}

struct FuelVisitor;

impl<'de> Visitor<'de> for FuelVisitor {
    type Value = FuelTable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fuel: a number from 0, or { factor = ..., floor = ..., ceiling = ... }")
    }

    fn visit_i64<E: Error>(self, fuel: i64) -> Result<FuelTable, E> {
        u64::try_from(fuel)
            .map(FuelTable::Fixed)
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(fuel), &self))
    }

    fn visit_u64<E: Error>(self, fuel: u64) -> Result<FuelTable, E> {
        Ok(FuelTable::Fixed(fuel))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FuelTable, A::Error> {
        CalibrationTable::deserialize(MapAccessDeserializer::new(map)).map(FuelTable::Calibrated)
    }
}
