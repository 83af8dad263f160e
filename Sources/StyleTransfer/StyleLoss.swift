/// How the features of the result are compared with those of the style.
public enum StyleLoss: String, CaseIterable, Codable, Sendable {
    /// The Gaussian Wasserstein-2 distance between means and covariances.
    case wasserstein
    /// Squared differences of means and of covariances.
    case covariance
    /// Squared differences of Gram matrices (Gatys et al. 2015).
    case gram
}
