//! Python's random numbers: the Mersenne Twister MT19937 by Matsumoto and Nishimura (1998), as `random.Random` uses it.

use std::f64::consts::TAU;

const SIZE: usize = 624;
const SHIFT: usize = 397;

/// `random.Random(seed)` for a seed of 32 bits.
pub(super) struct Twister {
    state: [u32; SIZE],
    next: usize,
    /// Normal variates are made in pairs.
    normal: Option<f64>,
}

impl Twister {
    /// `init_by_array` of the reference implementation with an array of one, which is how Python seeds.
    pub(super) fn new(seed: u32) -> Self {
        let mut state = [0u32; SIZE];
        state[0] = 19_650_218;
        for i in 1..SIZE {
            state[i] = mixed(state[i - 1]).wrapping_mul(1_812_433_253).wrapping_add(index(i));
        }
        let mut i = 1;
        for _ in 0..SIZE {
            state[i] = (state[i] ^ mixed(state[i - 1]).wrapping_mul(1_664_525)).wrapping_add(seed);
            i = following(&mut state, i);
        }
        for _ in 1..SIZE {
            state[i] = (state[i] ^ mixed(state[i - 1]).wrapping_mul(1_566_083_941)).wrapping_sub(index(i));
            i = following(&mut state, i);
        }
        state[0] = 0x8000_0000;
        Twister { state, next: SIZE, normal: None }
    }

    fn bits(&mut self) -> u32 {
        if self.next == SIZE {
            self.generate();
        }
        let mut y = self.state[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    fn generate(&mut self) {
        for i in 0..SIZE {
            let y = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % SIZE] & 0x7fff_ffff);
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[i] = self.state[(i + SHIFT) % SIZE] ^ (y >> 1) ^ odd;
        }
        self.next = 0;
    }

    /// `random()`, in \[0, 1).
    fn uniform(&mut self) -> f64 {
        let (a, b) = (f64::from(self.bits() >> 5), f64::from(self.bits() >> 6));
        (a * 67_108_864.0 + b) / 9_007_199_254_740_992.0
    }

    /// `gauss(0.0, 1.0)`.
    pub(super) fn gauss(&mut self) -> f64 {
        if let Some(normal) = self.normal.take() {
            return normal;
        }
        let angle = self.uniform() * TAU;
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        self.normal = Some(angle.sin() * radius);
        angle.cos() * radius
    }

    /// `choice(items)`; there is at least one, and fewer than 2^32.
    pub(super) fn choice<T: Copy>(&mut self, items: &[T]) -> T {
        let shift = u32::try_from(items.len()).expect("a text has fewer n-grams than that").leading_zeros();
        loop {
            let index = (self.bits() >> shift) as usize;
            if let Some(item) = items.get(index) {
                return *item;
            }
        }
    }
}

fn mixed(word: u32) -> u32 {
    word ^ (word >> 30)
}

fn index(i: usize) -> u32 {
    u32::try_from(i).expect("the state is short")
}

fn following(state: &mut [u32; SIZE], i: usize) -> usize {
    if i + 1 < SIZE {
        return i + 1;
    }
    state[0] = state[SIZE - 1];
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Python 3.11 gives.
    #[test]
    fn the_numbers_are_pythons() {
        let mut random = Twister::new(0);
        assert_eq!([random.uniform(), random.uniform()], [0.844_421_851_525_048_1, 0.757_954_402_940_302_5]);
        let items: Vec<usize> = (0..1000).collect();
        let mut random = Twister::new(0);
        assert_eq!([random.gauss(), random.gauss(), random.gauss()], GAUSS);
        assert_eq!((0..8).map(|_| random.choice(&items)).collect::<Vec<_>>(), CHOICES);
    }

    const GAUSS: [f64; 3] = [0.941_715_404_680_664_4, -1.396_578_104_701_149_8, -0.679_714_448_078_421_1];
    const CHOICES: [usize; 8] = [523, 497, 414, 940, 802, 849, 310, 991];
}
