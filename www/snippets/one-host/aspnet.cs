// Leads www.app.example to app.example, for every path, so that a session is never left at the other name.
// In Program.cs, first behind `builder.Build()`:
app.UseRewriter(new RewriteOptions().AddRedirectToNonWwwPermanent());
