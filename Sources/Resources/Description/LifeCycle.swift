/// Where in its life a record is (DESIGN §4, Life cycle).
public enum LifeCycle: Int64, WireEnum {
    case active = 0
    case archived = 1
    case trashed = 2
}
