import ServiceDesk
import Store

/// The account the call works in.
enum AccountRoutes {
    static let account = Endpoint(
        summary: "Shows the account the call works in", access: .scope(.read, on: .account),
        response: .other(JSONSchema.account)
    ) { call in
        .json(try await call.desk.store.read { try Account.details($0, call.viewer.account, url: call.origin) })
    }
}
