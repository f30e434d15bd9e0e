//! Layers: which column each box stands in, and in which order from the top, so that arrows go one way and cross
//! seldom. Longest paths give the columns, a few sweeps of averages the order: a thousand boxes take milliseconds.

/// Sweeps over the columns, there and back.
const SWEEPS: usize = 4;

/// Puts boxes into columns: those without an arrow to them first, every other one right of all that point to it.
///
/// `edges` go from and to indices below `count`. Boxes on a cycle, which the ledger does not have but a file may claim,
/// stay in the first column.
#[must_use]
pub fn columns(count: usize, edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let ranks = ranks(count, edges);
    let mut columns = vec![Vec::new(); ranks.iter().max().map_or(0, |last| last.saturating_add(1))];
    for (item, rank) in ranks.iter().enumerate() {
        columns[*rank].push(item);
    }
    order(count, edges, &mut columns);
    columns
}

fn neighbours(count: usize, edges: &[(usize, usize)]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
    let (mut before, mut after) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (from, to) in edges {
        before[*to].push(*from);
        after[*from].push(*to);
    }
    (before, after)
}

fn ranks(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let (before, after) = neighbours(count, edges);
    let mut waits: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ranks = vec![0_usize; count];
    let mut ready: Vec<usize> = (0..count).filter(|item| waits[*item] == 0).collect();
    let mut sorted = Vec::with_capacity(count);
    while let Some(item) = ready.pop() {
        sorted.push(item);
        for next in &after[item] {
            ranks[*next] = ranks[*next].max(ranks[item] + 1);
            waits[*next] -= 1;
            if waits[*next] == 0 {
                ready.push(*next);
            }
        }
    }
    // A source stands right before the first that needs it, not far off at the edge.
    for item in sorted {
        let nearest = after[item].iter().map(|next| ranks[*next]).min();
        if before[item].is_empty()
            && let Some(nearest) = nearest
        {
            ranks[item] = nearest.saturating_sub(1);
        }
    }
    ranks
}

/// Orders each column by where the neighbours stand in the one before, then after, and so on.
fn order(count: usize, edges: &[(usize, usize)], columns: &mut [Vec<usize>]) {
    let (before, after) = neighbours(count, edges);
    let mut places = vec![0.0; count];
    let note = |column: &[usize], places: &mut Vec<f64>| {
        let middle = half(column.len());
        for (place, item) in column.iter().enumerate() {
            places[*item] = half(place) * 2.0 - middle;
        }
    };
    for column in columns.iter() {
        note(column, &mut places);
    }
    for sweep in 0..SWEEPS {
        let forward = sweep % 2 == 0;
        let towards = if forward { &before } else { &after };
        for step in 0..columns.len() {
            let column = if forward { step } else { columns.len() - 1 - step };
            let wish = |item: usize| {
                let others = &towards[item];
                let sum: f64 = others.iter().map(|other| places[*other]).sum();
                if others.is_empty() { places[item] } else { sum / (half(others.len()) * 2.0) }
            };
            let mut wishes: Vec<(f64, usize)> = columns[column].iter().map(|item| (wish(*item), *item)).collect();
            wishes.sort_by(|one, other| one.0.total_cmp(&other.0));
            columns[column] = wishes.into_iter().map(|(_, item)| item).collect();
            note(&columns[column], &mut places);
        }
    }
}

/// Half of a count; exact, counts are small.
fn half(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / 2.0
}
