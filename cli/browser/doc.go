// Package browser opens the pages that the command line writes in a real browser,
// headless, and looks whether they can be read there and printed. It holds tests
// only, in a module of their own, so that the program does not depend on what
// drives a browser. Where no Chromium is installed the tests are skipped.
//
//	go test ./... -axe axe.min.js -shots DIR
//
// With -axe, a copy of axe-core (https://github.com/dequelabs/axe-core) is run on
// each page and must find nothing; with -shots, pictures and PDFs are kept.
package browser
