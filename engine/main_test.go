package engine_test

import (
	"flag"
	"os"
	"testing"

	"go.uber.org/goleak"
)

var seedFlag = flag.Uint64("seed", 0, "seed of the random tests; 0 takes fixed ones")

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDirEnv); dir != "" {
		os.Exit(importToBeKilled(dir))
	}
	goleak.VerifyTestMain(m)
}
