//! What becomes of the bytes of each layer, found while layers are laid over each other.

use model::{Content, ImageConfig, LayerUse, Tree};

/// Follows layers as they are laid, lowest first.
#[derive(Debug, Default)]
pub struct Laying {
    layers: Vec<LayerUse>,
    /// Bytes of each layer that were here after the last one.
    alive: Vec<u64>,
}

impl Laying {
    /// Notes a layer before it is laid: how many regular files its tar has, their bytes, and, of any
    /// but the lowest, its tree. `sum` returns the sum of the file of an entry of a layer, if it is known.
    pub fn before(
        &mut self,
        (files, file_bytes): (u64, u64),
        (upper, merged): (Option<&Tree>, &Tree),
        sum: impl Fn(usize, u32) -> Option<u32>,
    ) {
        let number = self.layers.len();
        let is_same = |old: Content, new: Content| {
            let old = sum(usize::from(old.layer), old.entry)?;
            Some(old == sum(number, new.entry)?)
        };
        let again = upper.map_or(0, |upper| merged.bytes_written_again(upper, is_same));
        self.layers.push(LayerUse {
            files,
            file_bytes,
            rewritten_bytes: again,
            ..LayerUse::default()
        });
    }

    /// Looks at what is left of all layers after the last one was laid.
    pub fn after(&mut self, merged: &Tree) {
        let alive = merged.bytes_by_layer(self.layers.len());
        let killed = self.alive.iter().zip(&alive);
        let killed = killed.map(|(before, after)| before.saturating_sub(*after));
        if let Some(last) = self.layers.last_mut() {
            last.killed_bytes = killed.fold(0, u64::saturating_add);
        }
        self.alive = alive;
    }

    /// Returns what became of each layer; `config` says which step made it.
    pub fn finish(mut self, config: &ImageConfig) -> Vec<LayerUse> {
        let steps = config.history.iter().enumerate();
        let made: Vec<usize> = steps
            .filter(|(_, step)| !step.empty_layer)
            .map(|(index, _)| index)
            .collect();
        let fits = made.len() == self.layers.len();
        for (index, layer) in self.layers.iter_mut().enumerate() {
            let alive = self.alive.get(index).copied().unwrap_or_default();
            layer.dead_bytes = layer.file_bytes.saturating_sub(alive);
            layer.history = made.get(index).copied().filter(|_| fits);
        }
        self.layers
    }
}
