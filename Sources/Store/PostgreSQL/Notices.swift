import CPostgres
import Glibc

/// What the server says beside its answers.
final class Notices {
    var hasWarned = false

    func note(_ result: OpaquePointer?) {
        guard let severity = PQresultErrorField(result, Int32(UInt8(ascii: "V"))) else { return }
        if strcmp(severity, "WARNING") == 0 { hasWarned = true }
    }
}
