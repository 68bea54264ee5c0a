//! Least squares with coefficients that are not negative: costs never are.

/// The coefficients, none of them negative, that explain `values` by `rows` best: `values[i] ≈ Σ rows[i][j] · result[j]`.
///
/// Whatever comes out negative is left out, the worst first, and the others are fitted again. Columns that cannot be told
/// apart get 0, all but the first of them. Each equation is weighed by `weights[i]`.
pub(super) fn non_negative<const N: usize>(rows: &[[f64; N]], values: &[f64], weights: &[f64]) -> [f64; N] {
    let mut used = [true; N];
    loop {
        let found = solve(rows, values, weights, &used);
        let worst = (0..N)
            .filter(|&column| used[column] && found[column] < 0.0)
            .min_by(|a, b| found[*a].total_cmp(&found[*b]));
        match worst {
            Some(column) => used[column] = false,
            None => return found,
        }
    }
}

/// The normal equations of the used columns, by elimination with pivots.
fn solve<const N: usize>(rows: &[[f64; N]], values: &[f64], weights: &[f64], used: &[bool; N]) -> [f64; N] {
    let mut matrix = [[0.0; N]; N];
    let mut right = [0.0; N];
    for ((row, value), weight) in rows.iter().zip(values).zip(weights) {
        for i in (0..N).filter(|&i| used[i]) {
            right[i] += weight * row[i] * value;
            for j in (0..N).filter(|&j| used[j]) {
                matrix[i][j] += weight * row[i] * row[j];
            }
        }
    }
    // Columns of different units are told apart by their own size.
    let scale: [f64; N] = std::array::from_fn(|i| matrix[i][i]);
    for column in 0..N {
        let pivot = matrix[column][column];
        if scale[column] <= 0.0 || pivot <= 1e-9 * scale[column] {
            matrix[column] = [0.0; N];
            right[column] = 0.0;
            continue;
        }
        let (pivots, pivots_right) = (matrix[column], right[column]);
        for row in (0..N).filter(|&row| row != column) {
            let factor = matrix[row][column] / pivot;
            for (cell, pivot) in matrix[row].iter_mut().zip(pivots) {
                *cell -= factor * pivot;
            }
            right[row] -= factor * pivots_right;
        }
    }
    std::array::from_fn(|i| {
        if matrix[i][i] > 0.0 {
            right[i] / matrix[i][i]
        } else {
            0.0
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near<const N: usize>(found: [f64; N], expected: [f64; N]) {
        let close = |(found, expected): (&f64, &f64)| (found - expected).abs() < 1e-6;
        assert!(
            found.iter().zip(&expected).all(close),
            "{found:?} is not {expected:?}"
        );
    }

    #[test]
    fn exact_costs_are_found() {
        let rows = [[1.0, 1.0], [1.0, 0.5], [1.0, 0.25], [1.0, 0.0625]];
        let values = rows.map(|[fixed, divided]| 120.0 * fixed + 900.0 * divided);
        near(non_negative(&rows, &values, &[1.0; 4]), [120.0, 900.0]);
    }

    #[test]
    fn what_would_be_negative_is_nothing() {
        let rows = [[1.0, 1.0], [1.0, 0.5], [1.0, 0.25]];
        // It grows with the leaves: nothing of it divides.
        let [fixed, divided] = non_negative(&rows, &[100.0, 110.0, 120.0], &[1.0; 3]);
        assert!((fixed - 110.0).abs() < 1e-6 && divided == 0.0);
    }

    #[test]
    fn one_shape_alone_leaves_the_split_open() {
        let found = non_negative(&[[1.0, 0.5], [1.0, 0.5]], &[10.0, 12.0], &[1.0; 2]);
        near(found, [11.0, 0.0]);
        near(non_negative::<2>(&[], &[], &[]), [0.0, 0.0]);
    }
}
