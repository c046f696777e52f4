//! Whole judgements, over manifests that others wrote.

#![cfg(test)]

#[path = "it/budget.rs"]
mod budget;
