import Foundation

/// A server that a script starts for this test process, and stops when the process is gone.
public enum ServerProcess {
    /// Why there is no server.
    public struct Missing: Error, CustomStringConvertible {
        public let description: String

        public init(_ description: String) { self.description = description }
    }

    /// Starts a script of the black-box tests and answers the line it prints.
    static func start(_ script: String) throws -> String {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "BlackBox/\(script)")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", path.path, "--for", String(ProcessInfo.processInfo.processIdentifier)]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        guard !line.isEmpty else { throw Missing("\(script) did not start a server: see above") }
        return String(decoding: line, as: UTF8.self)
    }
}
