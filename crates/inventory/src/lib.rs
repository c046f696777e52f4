//! Package databases, the operating system and files of note.
