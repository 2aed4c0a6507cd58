import Resources

/// What a request is about (docs/protocol/requests.md#fields).
public enum RequestCategory: Int64, WireEnum {
    case incident = 10
    case rfc = 20
    case rfi = 30
    case reservation = 40
    case order = 50
    case fulfillment = 60
    case complaint = 70
    case compliment = 80
    case other = 90
}

/// How badly the service is degraded.
public enum RequestImpact: Int64, WireEnum {
    case low = 10
    case medium = 20
    case high = 30
    case top = 40
}

/// The life of a request, in the order of the work.
public enum RequestStatus: Int64, WireEnum {
    case declined = 10
    case onBacklog = 15
    case assigned = 20
    case accepted = 30
    case inProgress = 40
    case waitingFor = 50
    case waitingForCustomer = 60
    case reservationPending = 65
    case workflowPending = 70
    case projectPending = 75
    case completed = 80
}

/// How a request ended.
public enum RequestCompletionReason: Int64, WireEnum {
    case solved = 10
    case workaround = 20
    case gone = 30
    case duplicate = 40
    case withdrawn = 50
    case noReply = 60
    case rejected = 70
    case conflict = 80
    case declined = 90
    case unsolvable = 100
}

/// Whether a request is treated as a major incident.
public enum MajorIncidentStatus: Int64, WireEnum {
    case proposed = 10
    case rejected = 20
    case accepted = 30
    case resolved = 40
    case canceled = 50
}

/// Whether a request stands alone, is a group, or is in one.
public enum RequestGrouping: Int64, WireEnum {
    case none = 10
    case group = 20
    case grouped = 30
}

/// What the requester thought of the outcome.
public enum Satisfaction: Int64, WireEnum {
    case satisfied = 10
    case dissatisfied = 20
}
