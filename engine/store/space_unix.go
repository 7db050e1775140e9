//go:build linux || darwin || freebsd

package store

import "syscall"

// diskSpace asks the file system. The conversions are for systems whose counts
// have other types; FreeBSD's goes below zero when only root may write.
func diskSpace(dir string) (free, total uint64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, false
	}
	block := uint64(s.Bsize)
	return uint64(max(int64(s.Bavail), 0)) * block, uint64(s.Blocks) * block, true
}
