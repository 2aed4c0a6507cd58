import Resources

/// The life of a task, in the order of the work (docs/protocol/workflows.md#status-of-a-task).
public enum TaskStatus: Int64, WireEnum {
    case registered = 10
    case declined = 20
    case assigned = 30
    case accepted = 40
    case inProgress = 50
    case waitingFor = 60
    case waitingForCustomer = 70
    case requestPending = 80
    case failed = 90
    case rejected = 100
    case completed = 110
    case approved = 120
    case canceled = 130

    /// Nothing more is to be done.
    var isFinished: Bool { self >= .failed }
    /// It ended, and not as it should have: what comes after it does not begin.
    var isBad: Bool { self == .failed || self == .rejected }
    /// It is somebody's work now.
    var isActive: Bool { self > .registered && !isFinished }
    /// What comes after it may begin.
    var releasesSuccessors: Bool { self >= .completed }
}

extension TaskStatus: Comparable {
    public static func < (left: TaskStatus, right: TaskStatus) -> Bool { left.rawValue < right.rawValue }
}

/// What kind of work a task is.
public enum TaskCategory: Int64, WireEnum {
    case riskAndImpact = 10
    case approval = 20
    case implementation = 30
    case automation = 40
    case fulfillmentPlaceholder = 50
}

/// Whether an approver has answered.
public enum ApprovalStatus: Int64, WireEnum {
    case registered = 10
    case assigned = 20
    case rejected = 30
    case approved = 40
    case canceled = 50

    /// An answer may still come.
    var isOpen: Bool { self == .registered || self == .assigned }
}
