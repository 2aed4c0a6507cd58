import ServiceDesk

/// The people of a test desk, by what they may do.
enum Who: String, CaseIterable, Sendable {
    case administrator, directoryAdministrator, specialist, analyst, manager, serviceLevelManager, auditor
    /// Two people of wna who hold no role.
    case endUser, otherUser
    /// A person of wna who is disabled.
    case disabled
    /// A specialist of pro-product, which wna trusts.
    case foreigner
    /// A person of pro-product without a role.
    case foreignUser
    /// A specialist of wdc, which nobody trusts.
    case outsider
    /// Runs workflows in wna.
    case workflowManager
    /// Runs releases in wna.
    case releaseManager

    var account: String {
        switch self {
        case .foreigner, .foreignUser: "pro-product"
        case .outsider: "wdc"
        default: "wna"
        }
    }

    /// The names of the seeds stand where the seeds have them: in pro-product.
    var name: String {
        switch self {
        case .administrator: "Ada Lang"
        case .directoryAdministrator: "Dirk Olsen"
        case .specialist: "Mark Camillo"
        case .analyst: "Anna Reed"
        case .manager: "Mona Diaz"
        case .serviceLevelManager: "Sven Lund"
        case .auditor: "Grace Madsen"
        case .endUser: "Eva Stone"
        case .otherUser: "Otto Byrne"
        case .disabled: "Dora Past"
        case .foreigner: "Howard Tanner"
        case .foreignUser: "Tom Waters"
        case .outsider: "Olga Fern"
        case .workflowManager: "Wilma Rose"
        case .releaseManager: "Frank Watson"
        }
    }

    var email: String { "\(rawValue.lowercased())@\(account).example" }

    /// The roles held in the person's own account.
    var roles: Roles {
        switch self {
        case .administrator: Roles(.accountAdministrator)
        case .directoryAdministrator: Roles(.directoryAdministrator)
        case .specialist, .foreigner, .outsider: Roles(.specialist)
        case .analyst: Roles(.serviceDeskAnalyst)
        case .manager: Roles(.serviceDeskManager)
        case .serviceLevelManager: Roles(.serviceLevelManager)
        case .auditor: Roles(.auditor)
        case .workflowManager: Roles(.workflowManager)
        case .releaseManager: Roles(.releaseManager)
        case .endUser, .otherUser, .disabled, .foreignUser: []
        }
    }
}
