//! What the header of an ELF file tells: whether it is a core dump, and which loader it needs.
//!
//! Source of truth: System V ABI, "Object Files". Only the first bytes of a file are at hand: a loader
//! whose name lies beyond them is not known.

use serde::{Deserialize, Serialize};

/// What an ELF file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Elf {
    /// The memory of a program that failed.
    Core,
    /// A program that this loader must start.
    Loaded(String),
    /// A program, or a library, that names no loader.
    Plain,
    /// Anything else: an object file, or a program whose loader lies beyond what is at hand.
    Other,
}

const CORE: u64 = 4;
const EXECUTABLE: u64 = 2;
const SHARED: u64 = 3;
const INTERPRETER: u64 = 3;
/// Program headers that are looked at; programs have about a dozen.
const MOST_HEADERS: u64 = 64;

/// Reads the header of a file; `None` if it is no ELF file.
pub(crate) fn read(head: &[u8]) -> Option<Elf> {
    if !head.starts_with(b"\x7fELF") {
        return None;
    }
    let file = File {
        head,
        is_64: head.get(4) == Some(&2),
        is_big: head.get(5) == Some(&2),
    };
    let elf = match file.number(16, 2) {
        Some(CORE) => Elf::Core,
        Some(EXECUTABLE | SHARED) => file.linked().unwrap_or(Elf::Other),
        Some(_) | None => Elf::Other,
    };
    Some(elf)
}

struct File<'a> {
    head: &'a [u8],
    is_64: bool,
    is_big: bool,
}

impl File<'_> {
    fn number(&self, at: u64, len: usize) -> Option<u64> {
        let start = usize::try_from(at).ok()?;
        let bytes = self.head.get(start..start.checked_add(len)?)?;
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        Some(if self.is_big {
            bytes.iter().fold(0, add)
        } else {
            bytes.iter().rev().fold(0, add)
        })
    }

    /// Tells whether a program header names an interpreter; `None` if that is not known.
    fn linked(&self) -> Option<Elf> {
        let (table, size, count) = if self.is_64 {
            (
                self.number(32, 8)?,
                self.number(54, 2)?,
                self.number(56, 2)?,
            )
        } else {
            (
                self.number(28, 4)?,
                self.number(42, 2)?,
                self.number(44, 2)?,
            )
        };
        if count > MOST_HEADERS {
            return None;
        }
        for index in 0..count {
            let header = table.checked_add(index.checked_mul(size)?)?;
            if self.number(header, 4)? == INTERPRETER {
                return self.name(header).map(Elf::Loaded);
            }
        }
        Some(Elf::Plain)
    }

    fn name(&self, header: u64) -> Option<String> {
        let (offset, size) = if self.is_64 {
            (
                self.number(header.checked_add(8)?, 8)?,
                self.number(header.checked_add(32)?, 8)?,
            )
        } else {
            (
                self.number(header.checked_add(4)?, 4)?,
                self.number(header.checked_add(16)?, 4)?,
            )
        };
        let start = usize::try_from(offset).ok()?;
        let end = start.checked_add(usize::try_from(size).ok()?)?;
        let bytes = self.head.get(start..end)?;
        let bytes = bytes.split(|&byte| byte == 0).next()?;
        str::from_utf8(bytes).ok().map(ToOwned::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A 64-bit little-endian header with one program header that names a loader.
    fn program(kind: u8, loader: &str) -> Vec<u8> {
        let mut bytes = vec![0; 64 + 56];
        bytes[..6].copy_from_slice(b"\x7fELF\x02\x01");
        bytes[16] = kind;
        bytes[32] = 64;
        bytes[54] = 56;
        bytes[56] = 1;
        bytes[64] = 3;
        bytes[64 + 8] = 120;
        bytes[64 + 32] = u8::try_from(loader.len() + 1).unwrap();
        bytes.extend_from_slice(loader.as_bytes());
        bytes.push(0);
        bytes
    }

    #[test]
    fn headers_tell_the_loader() {
        let loader = "/lib64/ld-linux-x86-64.so.2";
        assert_eq!(read(&program(3, loader)), Some(Elf::Loaded(loader.into())));
        assert_eq!(read(&program(4, "")), Some(Elf::Core));
        assert_eq!(read(&program(1, "")), Some(Elf::Other));
        assert_eq!(read(b"#!/bin/sh"), None);
    }

    #[test]
    fn a_header_may_end_or_lie_anywhere() {
        let whole = program(2, "/lib/ld.so");
        for end in 0..whole.len() {
            let _never_panics = read(&whole[..end]);
        }
        let mut lying = whole.clone();
        lying[32..40].copy_from_slice(&[0xff; 8]);
        assert_eq!(read(&lying), Some(Elf::Other));
        // the name of the loader is cut off
        assert_eq!(read(&whole[..125]), Some(Elf::Other));
        let mut none = whole;
        none[56] = 0;
        assert_eq!(read(&none), Some(Elf::Plain));
    }
}
