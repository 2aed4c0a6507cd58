/// Where in its life a record is (docs/protocol/general.md#archive-trash-restore).
public enum LifeCycle: Int64, WireEnum {
    case active = 0
    case archived = 1
    case trashed = 2
}
