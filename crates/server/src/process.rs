//! What every service tells of its own process, under the names that Prometheus' clients share.
//!
//! Source of truth: "Process metrics" in Prometheus' guide to writing client libraries; proc(5).

use std::fmt;
use std::fs::{self, File};
use std::time::Duration;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use rustix::param::{clock_ticks_per_second, page_size};
use rustix::process::{Resource, getrlimit};

/// Reads what the kernel knows whenever somebody asks; what it does not tell is left out.
#[derive(Debug)]
pub(crate) struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut put = |name: &str, help: &str, value: &dyn EncodeMetric| {
            let metric = encoder.encode_descriptor(name, help, None, value.metric_type())?;
            value.encode(metric)
        };
        if let Some(stat) = read("/proc/self/stat").as_deref().and_then(Stat::read) {
            let seconds = ConstCounter::new(stat.cpu_seconds);
            put(
                "process_cpu_seconds",
                "Time on processors, in seconds",
                &seconds,
            )?;
            let bytes = ConstGauge::new(stat.virtual_bytes);
            put("process_virtual_memory_bytes", "Virtual memory", &bytes)?;
            let bytes = ConstGauge::new(stat.resident_bytes);
            put("process_resident_memory_bytes", "Resident memory", &bytes)?;
            if let Some(booted) = boot_seconds() {
                let started = ConstGauge::new(booted + stat.started_seconds);
                put(
                    "process_start_time_seconds",
                    "When it started, since 1970",
                    &started,
                )?;
            }
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            let open = ConstGauge::new(i64::try_from(open.count()).unwrap_or(i64::MAX));
            put("process_open_fds", "Open file descriptors", &open)?;
        }
        if let Some(most) = getrlimit(Resource::Nofile).current {
            let most = ConstGauge::new(i64::try_from(most).unwrap_or(i64::MAX));
            put(
                "process_max_fds",
                "File descriptors that it may open",
                &most,
            )?;
        }
        Ok(())
    }
}

/// What is read of `/proc/self/stat`.
#[derive(Debug, PartialEq)]
struct Stat {
    cpu_seconds: f64,
    /// Since the machine was started.
    started_seconds: f64,
    virtual_bytes: i64,
    resident_bytes: i64,
}

impl Stat {
    fn read(text: &str) -> Option<Self> {
        // the name stands in parentheses and may hold anything, blanks too
        let (_, fields) = text.rsplit_once(')')?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        // proc(5) counts from 1, and two fields came before
        let field = |number: usize| fields.get(number - 3)?.parse::<i64>().ok();
        let page = i64::try_from(page_size()).ok()?;
        Some(Self {
            cpu_seconds: seconds(field(14)? + field(15)?),
            started_seconds: seconds(field(22)?),
            virtual_bytes: field(23)?,
            resident_bytes: field(24)?.saturating_mul(page),
        })
    }
}

fn boot_seconds() -> Option<f64> {
    let text = read("/proc/stat")?;
    let mut lines = text.lines();
    lines.find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok())
}

fn seconds(ticks: i64) -> f64 {
    let milliseconds = u64::try_from(ticks).unwrap_or(0).saturating_mul(1000);
    Duration::from_millis(milliseconds / clock_ticks_per_second()).as_secs_f64()
}

fn read(file: &str) -> Option<String> {
    const MOST: u64 = 1 << 20;
    let bytes = archive::read_at_most(File::open(file).ok()?, MOST).ok()?;
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_anything() {
        assert_eq!(
            clock_ticks_per_second(),
            100,
            "what Linux tells programs of all machines"
        );
        let text = "7 (a ) b) S 1 7 7 0 -1 4194560 1 0 0 0 150 50 0 0 20 0 4 0 1000 4096000 25 18446744073709551615 1";
        let want = Stat {
            cpu_seconds: 2.0,
            started_seconds: 10.0,
            virtual_bytes: 4_096_000,
            resident_bytes: 25 * i64::try_from(page_size()).unwrap(),
        };
        assert_eq!(Stat::read(text), Some(want));
        for text in ["", "7 (a", "7 (a) S 1", "7 (a) S x y z"] {
            assert_eq!(Stat::read(text), None, "{text}");
        }
    }
}
