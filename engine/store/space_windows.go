package store

import "golang.org/x/sys/windows"

// diskSpace asks the file system.
func diskSpace(dir string) (free, total uint64, known bool) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, 0, false
	}
	err = windows.GetDiskFreeSpaceEx(path, &free, &total, nil)
	return free, total, err == nil
}
