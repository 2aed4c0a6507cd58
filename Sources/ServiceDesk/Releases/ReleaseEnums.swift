import Resources

/// How far a release is (docs/protocol/releases.md#status). It follows from its workflows.
public enum ReleaseStatus: Int64, WireEnum {
    case registered = 20
    case inProgress = 30
    case progressHalted = 40
    case completed = 50

    /// The statuses that releases no longer have, and that filters still take.
    static let oldNames: [String: ReleaseStatus] = [
        "risk_and_impact": .inProgress, "approval": .inProgress, "implementation": .inProgress,
    ]
}
