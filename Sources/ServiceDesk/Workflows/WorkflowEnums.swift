import Resources

/// How far a workflow is (docs/protocol/workflows.md#status-of-a-workflow). It follows from its tasks.
public enum WorkflowStatus: Int64, WireEnum {
    case beingCreated = 10
    case registered = 20
    case inProgress = 30
    case progressHalted = 40
    case completed = 50

    /// The statuses that workflows no longer have, and that filters still take.
    static let oldNames: [String: WorkflowStatus] = [
        "risk_and_impact": .inProgress, "approval": .inProgress, "implementation": .inProgress,
    ]
}

/// What kind of change a workflow makes.
public enum WorkflowCategory: Int64, WireEnum {
    case standard = 10
    case nonStandard = 20
    case emergency = 30
    case order = 40
}

/// How badly services are degraded while tasks are carried out.
public enum WorkflowImpact: Int64, WireEnum, Comparable {
    case none = 10
    case low = 20
    case medium = 30
    case high = 40
    case top = 50

    public static func < (left: WorkflowImpact, right: WorkflowImpact) -> Bool { left.rawValue < right.rawValue }
}

/// Why a workflow is there.
public enum WorkflowJustification: Int64, WireEnum {
    case compliance = 10
    case correction = 20
    case expansion = 30
    case improvement = 40
    case maintenance = 50
    case move = 60
    case removal = 70
    case replacement = 80
    case purchase = 90
}

/// How a workflow ended, from the least to the most that was achieved.
public enum WorkflowCompletionReason: Int64, WireEnum {
    case withdrawn = 10
    case rejected = 20
    case rolledBack = 30
    case failed = 40
    case partial = 50
    case disruptive = 60
    case complete = 70
}

/// How far the tasks of a phase are.
public enum PhaseStatus: Int64, WireEnum {
    case registered = 10
    case inProgress = 20
    case completed = 30
}
