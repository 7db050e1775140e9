//go:build !(linux || darwin || freebsd || windows)

package store

// diskSpace is not known on this system.
func diskSpace(string) (free, total uint64, known bool) { return 0, 0, false }
