import HTTPTypes
import ServiceDesk
import Store

/// What requests have beyond every resource.
enum RequestRoutes {
    static let satisfied = rating(.satisfied, "Says that the requester is satisfied")
    static let dissatisfied = rating(.dissatisfied, "Says that the requester is not satisfied")

    /// 204, or 304 when there is nothing to rate (docs/protocol/requests.md#ratings).
    private static func rating(_ satisfaction: Satisfaction, _ summary: String) -> Endpoint {
        Endpoint(
            summary: summary, access: .scope(.update, on: .request), response: .nothing, status: .noContent,
            input: .ratings, furtherStatuses: [.notModified]
        ) { call in
            let input = try await call.checked(.ratings)
            let isRated = try await call.desk.store.write { transaction in
                try call.ifMatch(transaction, .requests) {
                    try Requests.rate(transaction, id: call.id, satisfaction, input, by: call.viewer)
                }
            }
            return isRated ? .noContent : Answer(status: .notModified)
        }
    }

    static let groupedRequests = Endpoint(
        summary: "Lists the requests grouped into a request", access: .scope(.read, on: .request),
        response: .collection(.requests)
    ) { call in
        try await call.page(.requests, of: .requests) { .requests(groupedInto: $0, for: call.perspective) }
    }
}
