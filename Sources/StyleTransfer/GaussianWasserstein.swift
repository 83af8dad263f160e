import Kernels

/// The covariance part of the squared Wasserstein-2 distance between Gaussians, `tr C + tr S - 2 tr (K^T C K)^1/2` with
/// S = K K^T (Olkin and Pukelsheim 1982), for a fixed S.
///
/// With the Cholesky factors C = L L^T and S = K K^T, the root is the symmetric polar factor of A = L^T K: A = U H, so
/// that its trace is <U, A>, and its derivative with respect to C is L^-T U K^T / 2. Neither a symmetric root nor an
/// eigenvalue is needed, and A is as well conditioned as the root itself, not as its square.
struct GaussianWasserstein {
    /// Added to the diagonal of both covariances.
    let epsilon: Double
    private let n: Int
    private let trace: Double
    private let factor: Matrix
    private let transposedFactor: Matrix
    private let kernels: KernelSet

    /// - Parameter covariance: S, n x n.
    init(covariance: [Double], n: Int, epsilon: Double, kernels: KernelSet) {
        self.epsilon = epsilon
        self.n = n
        self.kernels = kernels
        (factor, trace) = Self.factor(covariance, n: n, epsilon: epsilon, kernels: kernels)
        transposedFactor = factor.transposed
    }

    /// The distance of `covariance` alone.
    func value(of covariance: [Double]) -> Double { compare(covariance).value }

    /// The distance of `covariance`, and its symmetric derivative.
    func distance(to covariance: [Double]) -> (value: Double, gradient: [Double]) {
        let (value, lower, orthogonal) = compare(covariance)
        let product = Matrix(square: n)
        orthogonal.multiply(transposedFactor, into: product, kernels: kernels)
        lower.solveTransposed(product, kernels: kernels)
        var gradient = [Double](repeating: 0, count: n * n)
        product.withValues { values in
            for i in 0..<n {
                for j in 0..<n {
                    gradient[i * n + j] = (i == j ? 1 : 0) - 0.5 * Double(values[i * n + j] + values[j * n + i])
                }
            }
        }
        return (value, gradient)
    }

    /// The symmetric matrix T with T S T = C: the map from one Gaussian to the other that moves least. In the terms
    /// above, T = L U K^-1.
    func transport(to covariance: [Double]) -> [Double] {
        let (_, lower, orthogonal) = compare(covariance)
        let product = Matrix(square: n)
        lower.multiply(orthogonal, into: product, kernels: kernels)
        let transposed = product.transposed
        factor.solveTransposed(transposed, kernels: kernels)
        return transposed.withValues { $0.prefix(n * n).map(Double.init) }
    }

    /// The distance of `covariance`, L and U.
    private func compare(
        _ covariance: [Double]
    ) -> (value: Double, lower: Matrix, orthogonal: Matrix) {
        let (lower, otherTrace) = Self.factor(covariance, n: n, epsilon: epsilon, kernels: kernels)
        let a = Matrix(square: n)
        lower.transposedMultiply(factor, into: a, kernels: kernels)
        let orthogonal = polarFactor(of: a, smallest: epsilon)
        let root = orthogonal.withValues { u in
            a.withValues { a in zip(u, a).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } }
        }
        return (trace + otherTrace - 2 * root, lower, orthogonal)
    }

    /// The Cholesky factor of `covariance + epsilon I`, and its trace.
    private static func factor(
        _ covariance: [Double], n: Int, epsilon: Double, kernels: KernelSet
    ) -> (Matrix, trace: Double) {
        // Rounding can leave a covariance with eigenvalues just below 0; more on the diagonal then makes it positive.
        var shift = epsilon
        while true {
            var shifted = covariance
            for i in 0..<n { shifted[i * n + i] += shift }
            let trace = (0..<n).reduce(0.0) { $0 + shifted[$1 * n + $1] }
            if let factor = Matrix.cholesky(shifted, n: n, kernels: kernels) { return (factor, trace) }
            precondition(shift.isFinite, "a covariance has finite entries")
            shift *= 4
        }
    }

    /// U of A = U H, by the scaled Newton-Schulz iteration of Chen and Chow 2014: with all singular values in [l, 1],
    /// X <- X (3/2 s - s^3/2 X^T X) for the s that lifts l the most.
    ///
    /// - Parameter smallest: a lower bound of A's singular values.
    private func polarFactor(of a: Matrix, smallest: Double) -> Matrix {
        let norm = a.withValues { $0.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() }
        var x = Matrix(square: n)
        var next = Matrix(square: n)
        let square = Matrix(square: n)
        a.withValues { a in x.withValues { x in for i in 0..<n * n { x[i] = Float(Double(a[i]) / norm) } } }
        var lowest = max(smallest / norm, 1e-7)  // below this a float says nothing
        for _ in 0..<40 {
            x.gram(into: square, kernels: kernels)
            let scale = (3 / (1 + lowest + lowest * lowest)).squareRoot()
            let residual = square.shiftAndScale(
                Float(1.5 * scale), Float(-0.5 * scale * scale * scale), kernels: kernels)
            x.multiply(square, into: next, kernels: kernels)
            swap(&x, &next)
            lowest = min(1, 0.5 * scale * lowest * (3 - scale * scale * lowest * lowest))
            // The error after the step just made is of the order of the residual, itself a square.
            if residual < 1e-6 { break }
        }
        return x
    }
}
