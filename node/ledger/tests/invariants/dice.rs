//! Random choices from one seed: the same seed draws the same history, on every machine.

/// A generator of Steele, Lea and Flood's `SplitMix64`: small, fast, and good enough to choose what comes next.
pub struct Dice(u64);

impl Dice {
    /// The dice of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub const fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to below this.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.any() % limit as u64).expect("it is below a usize")
    }

    /// From the first to the last, both included.
    pub const fn between(&mut self, first: u64, last: u64) -> u64 {
        match (last - first).checked_add(1) {
            Some(count) => first + self.any() % count,
            None => self.any(),
        }
    }

    /// So often in a hundred.
    pub const fn percent(&mut self, chance: u64) -> bool {
        self.any() % 100 < chance
    }

    /// One of these, of which there are some.
    pub fn one<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One of these, if there are any.
    pub fn pick<T>(&mut self, mut from: Vec<T>) -> Option<T> {
        if from.is_empty() { None } else { Some(from.swap_remove(self.below(from.len()))) }
    }

    /// One of these, as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, from: &[(usize, T)]) -> T {
        let mut place = self.below(from.iter().map(|(weight, _)| weight).sum());
        for (weight, item) in from {
            match place.checked_sub(*weight) {
                Some(rest) => place = rest,
                None => return *item,
            }
        }
        unreachable!("the place is below the sum of the weights")
    }
}
