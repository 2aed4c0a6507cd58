import ServiceDesk
import Wire

/// Somebody to try the server as.
struct Persona: Sendable {
    let name: String
    let login: String
    let account: String
    let roles: Roles
    let description: String
    let title: String

    var email: String { "\(login)@widget.example" }
    var fields: [(String, JSON)] { [("job_title", .string(title))] }

    static let howard = Persona(
        name: "Howard Tanner", login: "howard.tanner", account: "wna",
        roles: Roles(.accountAdministrator, .specialist, .serviceDeskManager), description: "account administrator",
        title: "Service Desk Manager")
    static let ellen = Persona(
        name: "Ellen Brown", login: "ellen.brown", account: "wna", roles: Roles(.specialist, .serviceDeskAnalyst),
        description: "service desk analyst", title: "Service Desk Analyst")
    static let mark = Persona(
        name: "Mark Camillo", login: "mark.camillo", account: "wna",
        roles: Roles(.specialist, .workflowManager, .releaseManager),
        description: "specialist, workflow and release manager", title: "Network Engineer")
    static let tom = Persona(
        name: "Tom Waters", login: "tom.waters", account: "wna", roles: [], description: "end user",
        title: "Sales Representative")
    static let grace = Persona(
        name: "Grace Madsen", login: "grace.madsen", account: "wna", roles: Roles(.auditor), description: "auditor",
        title: "Internal Auditor")
    static let frank = Persona(
        name: "Frank Watson", login: "frank.watson", account: "pro-product", roles: Roles(.specialist),
        description: "specialist of another account that wna trusts", title: "Release Manager")

    static let all = [howard, ellen, mark, tom, grace, frank]
}
