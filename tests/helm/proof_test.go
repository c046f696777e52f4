package helm

import (
	"crypto/x509"
	"encoding/pem"
	"testing"
)

// proof fails unless the authority signed the certificate for the server's name.
func proof(t *testing.T, authority, certificate any) {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(decoded(t, authority))) {
		t.Fatal("the bundle holds no certificate")
	}
	block, _ := pem.Decode([]byte(decoded(t, certificate)))
	parsed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parsed.Verify(x509.VerifyOptions{Roots: pool, DNSName: "seaworthy.ship.svc"}); err != nil {
		t.Error(err)
	}
}
