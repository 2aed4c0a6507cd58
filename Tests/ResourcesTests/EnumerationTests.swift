import ServiceDesk
import Testing

@testable import Resources

@Suite struct EnumerationTests {
    @Test func namesAreTheCasesInSnakeCase() {
        let enumeration = Enumeration(Colour.self)
        #expect(enumeration.names == ["red", "dark_green", "default"])
        #expect(enumeration.codes == [10, 20, 30])
        #expect(Colour.darkGreen.wireName == "dark_green")
    }

    @Test(arguments: ["", "Red", "darkGreen", "dark-green", " red", "10", "nil"])
    func anUnknownNameHasNoCode(_ name: String) { #expect(Enumeration(Colour.self).code(of: name) == nil) }

    @Test func codesAndNamesAreInversesOfEachOther() {
        for enumeration in [Enumeration(Colour.self), Enumeration(RequestStatus.self)] {
            #expect(Set(enumeration.codes).count == enumeration.codes.count)
            #expect(Set(enumeration.names).count == enumeration.names.count)
            for (name, code) in zip(enumeration.names, enumeration.codes) {
                #expect(enumeration.code(of: name) == code)
                #expect(enumeration.name(of: code) == name)
            }
        }
        #expect(Enumeration(Colour.self).name(of: 11) == nil)
        #expect(Enumeration(Colour.self).name(of: 0) == nil)
    }

    private enum Below: Int64, WireEnum {
        case low = -1
        case high = 1
    }

    /// In a process of its own each, since it ends there.
    @Test func thereIsNoneWithACodeThatIsNotAboveZero() async {
        await #expect(processExitsWith: .success) { _ = Enumeration(Colour.self) }
        // Its first value is 0, which null reads as.
        await #expect(processExitsWith: .failure) { _ = Enumeration(LifeCycle.self) }
        await #expect(processExitsWith: .failure) { _ = Enumeration(Below.self) }
    }

    @Test(arguments: [
        ("subject", "Subject"), ("completion_reason", "Completion reason"), ("sourceID", "SourceID"),
        ("next_target_at", "Next target at"), ("time_format_24h", "Time format 24h"), ("ci", "Ci"),
    ])
    func labelsAreTheNamesAsWords(_ name: String, _ label: String) { #expect(Field(name, .text).label == label) }

    @Test func aFieldSaysHowItIsStoredAndSent() {
        let reference = Field("team", .reference(.team))
        #expect(reference.column == "team_id" && reference.inputKey == "team_id")
        #expect(Field("title", .text).inputKey == "title")
        #expect(Field("sourceID", .text).column("source_id").column == "source_id")
        #expect(Field("note", .text).writeOnly.column == nil)
        #expect(Field("ci", .absent).column == nil && Field("files", .attachments).column == nil)
        #expect(Field.id.access == .readOnly && !Field.id.isNullable)
        #expect(!Field("a", .text).required.isNullable && !Field("a", .text).always.isNullable)
        #expect(Field("a", .text).isNullable && !Field("a", .text).isFilterable && !Field("a", .text).isSortable)
    }
}
