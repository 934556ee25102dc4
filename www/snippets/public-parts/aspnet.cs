// Asks everybody to sign in, except in the parts that all may see.
// In Program.cs, before `builder.Build()`:
builder.Services.AddAuthorization(options =>
    options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
// In Program.cs, before the endpoints, in this order:
// The files of wwwroot, robots.txt and icons among them, come before the check.
app.UseStaticFiles();
app.UseAuthentication();
app.UseAuthorization();
// In Program.cs, among the endpoints:
app.MapGet("/.well-known/change-password", () => Results.Redirect("/account/password")).AllowAnonymous();
