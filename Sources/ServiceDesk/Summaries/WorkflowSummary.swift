import Foundation
import Resources
import Wire

/// What an approver reads before they answer. Of most workflows they see nothing else, so it says all they need: why it
/// is done, what is asked of them and what others answered, what was found, and what is to be done, when and by whom.
struct WorkflowSummary: Sendable {
    /// A text in Markdown, with the files that hang on it.
    struct Story: Sendable {
        var text = ""
        var files: [File] = []

        var isEmpty: Bool { text.isEmpty && files.isEmpty }
    }

    struct File: Sendable {
        let key: String
        let name: String
        let size: Int64
        let isInline: Bool
    }

    /// A note.
    struct Remark: Sendable {
        let person: String
        let time: Timestamp
        let story: Story
    }

    /// What one of those who are asked said.
    struct Answer: Sendable {
        let person: String
        let status: ApprovalStatus
        /// When the approval last changed.
        let time: Timestamp
    }

    /// A request that the workflow is carried out for.
    struct Request: Sendable {
        let id: Int64
        let subject: String
        let person: String
        let status: String
    }

    struct Phase: Sendable {
        let name: String
        let status: String
        let startedAt: Timestamp?
        let completedAt: Timestamp?
    }

    struct Task: Sendable {
        let state: TaskState
        let subject: String
        let team: String
        let people: [String]
        let phase: String?
        /// The tasks it waits for, and those for which it takes over.
        let predecessors: [Int64]
        let standsInFor: [Int64]
        let plan: Plan
        let instructions: Story
        let remarks: [Remark]
    }

    /// When a task is carried out.
    enum Plan: Sendable, Equatable {
        /// It has begun, and is to end then or has.
        case begun(Timestamp?, Timestamp?)
        /// As far as the tasks before it say.
        case forecast(Timestamp, Timestamp?)
        case unknown
    }

    let account: Int64
    let accountName: String
    let zone: Zone
    let workflow: Int64
    let subject: String
    let justification: String
    let facts: [(label: String, value: String)]
    /// Those that the account defined: of the workflow, and of the task that is to be approved.
    let customFields: [(label: String, value: String)]
    let customFiles: [File]
    let approver: (id: Int64, name: String)
    /// The task that is to be approved.
    let task: Int64
    /// In minutes.
    let plannedEffort: Int64?
    /// In the order in which people were asked.
    let answers: [Answer]
    let requests: [Request]
    let phases: [Phase]
    /// In the order of the work.
    let tasks: [Task]
    /// The notes of the workflow, oldest first.
    let remarks: [Remark]

    /// The most notes told of the workflow, the last ones beside the first; of all tasks together; the most tasks and
    /// requests; and the most people named on a task or asked to approve.
    static let maximumNotes = 50
    static let maximumTaskNotes = 200
    static let maximumTasks = 1_000
    static let maximumRequests = 100
    static let maximumPeople = 20
    static let maximumAnswers = 200

    /// The name of the file: the approver's, as far as it can be said in Latin letters.
    var fileName: String {
        "workflow-\(workflow)-summary-for-\(Self.slug(approver.name) ?? "person-\(approver.id)").pdf"
    }

    /// Latin letters that are no letter with a sign.
    private static let letters: [Character: String] = [
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t",
        "ß": "ss",
    ]

    /// `mark-camillo` for Mark Camillo; nil for a name that leaves nothing in Latin letters.
    static func slug(_ name: String) -> String? {
        let latin = name.lowercased().map { letters[$0] ?? String($0) }.joined()
        let folded = latin.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).lowercased()
        let plain = folded.unicodeScalars.map { scalar in
            scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
        }
        let words = String(plain).split(separator: "-").joined(separator: "-")
        guard words.contains(where: \.isLetter) else { return nil }
        return String(words.prefix(100))
    }
}
