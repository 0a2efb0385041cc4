// @ts-nocheck: generated from contract/gpu-check.schema.json by make schemas.
import type { SchemaCheck } from '../../common/schema-problems.ts';

export const gpuCheck = validate10 as unknown as SchemaCheck;
const schema11 = {"$id":"gpuCheck","$schema":"http://json-schema.org/draft-07/schema#","type":"object","required":["schemaVersion","startedAt","seconds","device","gpuSeen","environment","parts"],"properties":{"schemaVersion":{"const":1},"startedAt":{"type":"string"},"seconds":{"type":"number","minimum":0},"device":{"enum":["cpu","gpu"]},"gpuSeen":{"type":"boolean"},"environment":{"type":"object","required":["cpu","cores","memoryGiB","gpu","os","node","tensorflow","torch","load","commit","dirty"],"properties":{"cpu":{"type":"string"},"cores":{"type":"number"},"memoryGiB":{"type":"number"},"gpu":{"type":["string","null"]},"os":{"type":"string"},"node":{"type":"string"},"tensorflow":{"type":["string","null"]},"torch":{"type":["string","null"]},"load":{"type":"number"},"commit":{"type":["string","null"]},"dirty":{"type":"boolean"}}},"parts":{"type":"array","items":{"type":"object","required":["id","title","about","result","sentence","seconds","limit","figures"],"properties":{"id":{"type":"string","minLength":1},"title":{"type":"string","minLength":1},"about":{"type":"string","minLength":1},"result":{"enum":["passed","failed","not-shown"]},"sentence":{"type":"string","minLength":1},"seconds":{"type":"number","minimum":0},"limit":{"type":"number","minimum":0},"figures":{"type":"array","items":{"type":"object","required":["name","value","unit","peer"],"properties":{"name":{"type":"string","minLength":1},"value":{"type":"number"},"unit":{"type":"string"},"peer":{"type":["number","null"]}}}}}}}}};

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="gpuCheck" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.startedAt === undefined) && (missing0 = "startedAt"))) || ((data.seconds === undefined) && (missing0 = "seconds"))) || ((data.device === undefined) && (missing0 = "device"))) || ((data.gpuSeen === undefined) && (missing0 = "gpuSeen"))) || ((data.environment === undefined) && (missing0 = "environment"))) || ((data.parts === undefined) && (missing0 = "parts"))){
validate10.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema11.required,parentSchema:schema11,data}];
return false;
}
else {
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs1 = errors;
if(1 !== data0){
validate10.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema11.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.startedAt !== undefined){
let data1 = data.startedAt;
const _errs2 = errors;
if(typeof data1 !== "string"){
validate10.errors = [{instancePath:instancePath+"/startedAt",schemaPath:"#/properties/startedAt/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.startedAt.type,parentSchema:schema11.properties.startedAt,data:data1}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.seconds !== undefined){
let data2 = data.seconds;
const _errs4 = errors;
if(errors === _errs4){
if((typeof data2 == "number") && (isFinite(data2))){
if(data2 < 0 || isNaN(data2)){
validate10.errors = [{instancePath:instancePath+"/seconds",schemaPath:"#/properties/seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema11.properties.seconds,data:data2}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/seconds",schemaPath:"#/properties/seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.seconds.type,parentSchema:schema11.properties.seconds,data:data2}];
return false;
}
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.device !== undefined){
let data3 = data.device;
const _errs6 = errors;
if(!((data3 === "cpu") || (data3 === "gpu"))){
validate10.errors = [{instancePath:instancePath+"/device",schemaPath:"#/properties/device/enum",keyword:"enum",params:{allowedValues: schema11.properties.device.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.device.enum,parentSchema:schema11.properties.device,data:data3}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.gpuSeen !== undefined){
let data4 = data.gpuSeen;
const _errs7 = errors;
if(typeof data4 !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/gpuSeen",schemaPath:"#/properties/gpuSeen/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.gpuSeen.type,parentSchema:schema11.properties.gpuSeen,data:data4}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.environment !== undefined){
let data5 = data.environment;
const _errs9 = errors;
if(errors === _errs9){
if(data5 && typeof data5 == "object" && !Array.isArray(data5)){
let missing1;
if((((((((((((data5.cpu === undefined) && (missing1 = "cpu")) || ((data5.cores === undefined) && (missing1 = "cores"))) || ((data5.memoryGiB === undefined) && (missing1 = "memoryGiB"))) || ((data5.gpu === undefined) && (missing1 = "gpu"))) || ((data5.os === undefined) && (missing1 = "os"))) || ((data5.node === undefined) && (missing1 = "node"))) || ((data5.tensorflow === undefined) && (missing1 = "tensorflow"))) || ((data5.torch === undefined) && (missing1 = "torch"))) || ((data5.load === undefined) && (missing1 = "load"))) || ((data5.commit === undefined) && (missing1 = "commit"))) || ((data5.dirty === undefined) && (missing1 = "dirty"))){
validate10.errors = [{instancePath:instancePath+"/environment",schemaPath:"#/properties/environment/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema11.properties.environment.required,parentSchema:schema11.properties.environment,data:data5}];
return false;
}
else {
if(data5.cpu !== undefined){
let data6 = data5.cpu;
const _errs11 = errors;
if(typeof data6 !== "string"){
validate10.errors = [{instancePath:instancePath+"/environment/cpu",schemaPath:"#/properties/environment/properties/cpu/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.environment.properties.cpu.type,parentSchema:schema11.properties.environment.properties.cpu,data:data6}];
return false;
}
var valid1 = _errs11 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.cores !== undefined){
let data7 = data5.cores;
const _errs13 = errors;
if(!((typeof data7 == "number") && (isFinite(data7)))){
validate10.errors = [{instancePath:instancePath+"/environment/cores",schemaPath:"#/properties/environment/properties/cores/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.environment.properties.cores.type,parentSchema:schema11.properties.environment.properties.cores,data:data7}];
return false;
}
var valid1 = _errs13 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.memoryGiB !== undefined){
let data8 = data5.memoryGiB;
const _errs15 = errors;
if(!((typeof data8 == "number") && (isFinite(data8)))){
validate10.errors = [{instancePath:instancePath+"/environment/memoryGiB",schemaPath:"#/properties/environment/properties/memoryGiB/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.environment.properties.memoryGiB.type,parentSchema:schema11.properties.environment.properties.memoryGiB,data:data8}];
return false;
}
var valid1 = _errs15 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.gpu !== undefined){
let data9 = data5.gpu;
const _errs17 = errors;
if((typeof data9 !== "string") && (data9 !== null)){
validate10.errors = [{instancePath:instancePath+"/environment/gpu",schemaPath:"#/properties/environment/properties/gpu/type",keyword:"type",params:{type: schema11.properties.environment.properties.gpu.type},message:"must be string,null",schema:schema11.properties.environment.properties.gpu.type,parentSchema:schema11.properties.environment.properties.gpu,data:data9}];
return false;
}
var valid1 = _errs17 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.os !== undefined){
let data10 = data5.os;
const _errs19 = errors;
if(typeof data10 !== "string"){
validate10.errors = [{instancePath:instancePath+"/environment/os",schemaPath:"#/properties/environment/properties/os/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.environment.properties.os.type,parentSchema:schema11.properties.environment.properties.os,data:data10}];
return false;
}
var valid1 = _errs19 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.node !== undefined){
let data11 = data5.node;
const _errs21 = errors;
if(typeof data11 !== "string"){
validate10.errors = [{instancePath:instancePath+"/environment/node",schemaPath:"#/properties/environment/properties/node/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.environment.properties.node.type,parentSchema:schema11.properties.environment.properties.node,data:data11}];
return false;
}
var valid1 = _errs21 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.tensorflow !== undefined){
let data12 = data5.tensorflow;
const _errs23 = errors;
if((typeof data12 !== "string") && (data12 !== null)){
validate10.errors = [{instancePath:instancePath+"/environment/tensorflow",schemaPath:"#/properties/environment/properties/tensorflow/type",keyword:"type",params:{type: schema11.properties.environment.properties.tensorflow.type},message:"must be string,null",schema:schema11.properties.environment.properties.tensorflow.type,parentSchema:schema11.properties.environment.properties.tensorflow,data:data12}];
return false;
}
var valid1 = _errs23 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.torch !== undefined){
let data13 = data5.torch;
const _errs25 = errors;
if((typeof data13 !== "string") && (data13 !== null)){
validate10.errors = [{instancePath:instancePath+"/environment/torch",schemaPath:"#/properties/environment/properties/torch/type",keyword:"type",params:{type: schema11.properties.environment.properties.torch.type},message:"must be string,null",schema:schema11.properties.environment.properties.torch.type,parentSchema:schema11.properties.environment.properties.torch,data:data13}];
return false;
}
var valid1 = _errs25 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.load !== undefined){
let data14 = data5.load;
const _errs27 = errors;
if(!((typeof data14 == "number") && (isFinite(data14)))){
validate10.errors = [{instancePath:instancePath+"/environment/load",schemaPath:"#/properties/environment/properties/load/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.environment.properties.load.type,parentSchema:schema11.properties.environment.properties.load,data:data14}];
return false;
}
var valid1 = _errs27 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.commit !== undefined){
let data15 = data5.commit;
const _errs29 = errors;
if((typeof data15 !== "string") && (data15 !== null)){
validate10.errors = [{instancePath:instancePath+"/environment/commit",schemaPath:"#/properties/environment/properties/commit/type",keyword:"type",params:{type: schema11.properties.environment.properties.commit.type},message:"must be string,null",schema:schema11.properties.environment.properties.commit.type,parentSchema:schema11.properties.environment.properties.commit,data:data15}];
return false;
}
var valid1 = _errs29 === errors;
}
else {
var valid1 = true;
}
if(valid1){
if(data5.dirty !== undefined){
let data16 = data5.dirty;
const _errs31 = errors;
if(typeof data16 !== "boolean"){
validate10.errors = [{instancePath:instancePath+"/environment/dirty",schemaPath:"#/properties/environment/properties/dirty/type",keyword:"type",params:{type: "boolean"},message:"must be boolean",schema:schema11.properties.environment.properties.dirty.type,parentSchema:schema11.properties.environment.properties.dirty,data:data16}];
return false;
}
var valid1 = _errs31 === errors;
}
else {
var valid1 = true;
}
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/environment",schemaPath:"#/properties/environment/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.environment.type,parentSchema:schema11.properties.environment,data:data5}];
return false;
}
}
var valid0 = _errs9 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.parts !== undefined){
let data17 = data.parts;
const _errs33 = errors;
if(errors === _errs33){
if(Array.isArray(data17)){
var valid2 = true;
const len0 = data17.length;
for(let i0=0; i0<len0; i0++){
let data18 = data17[i0];
const _errs35 = errors;
if(errors === _errs35){
if(data18 && typeof data18 == "object" && !Array.isArray(data18)){
let missing2;
if(((((((((data18.id === undefined) && (missing2 = "id")) || ((data18.title === undefined) && (missing2 = "title"))) || ((data18.about === undefined) && (missing2 = "about"))) || ((data18.result === undefined) && (missing2 = "result"))) || ((data18.sentence === undefined) && (missing2 = "sentence"))) || ((data18.seconds === undefined) && (missing2 = "seconds"))) || ((data18.limit === undefined) && (missing2 = "limit"))) || ((data18.figures === undefined) && (missing2 = "figures"))){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0,schemaPath:"#/properties/parts/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema11.properties.parts.items.required,parentSchema:schema11.properties.parts.items,data:data18}];
return false;
}
else {
if(data18.id !== undefined){
let data19 = data18.id;
const _errs37 = errors;
if(errors === _errs37){
if(typeof data19 === "string"){
if(data19.length < 1){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/id",schemaPath:"#/properties/parts/items/properties/id/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.parts.items.properties.id,data:data19}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/id",schemaPath:"#/properties/parts/items/properties/id/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.parts.items.properties.id.type,parentSchema:schema11.properties.parts.items.properties.id,data:data19}];
return false;
}
}
var valid3 = _errs37 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.title !== undefined){
let data20 = data18.title;
const _errs39 = errors;
if(errors === _errs39){
if(typeof data20 === "string"){
if(data20.length < 1){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/title",schemaPath:"#/properties/parts/items/properties/title/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.parts.items.properties.title,data:data20}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/title",schemaPath:"#/properties/parts/items/properties/title/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.parts.items.properties.title.type,parentSchema:schema11.properties.parts.items.properties.title,data:data20}];
return false;
}
}
var valid3 = _errs39 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.about !== undefined){
let data21 = data18.about;
const _errs41 = errors;
if(errors === _errs41){
if(typeof data21 === "string"){
if(data21.length < 1){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/about",schemaPath:"#/properties/parts/items/properties/about/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.parts.items.properties.about,data:data21}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/about",schemaPath:"#/properties/parts/items/properties/about/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.parts.items.properties.about.type,parentSchema:schema11.properties.parts.items.properties.about,data:data21}];
return false;
}
}
var valid3 = _errs41 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.result !== undefined){
let data22 = data18.result;
const _errs43 = errors;
if(!(((data22 === "passed") || (data22 === "failed")) || (data22 === "not-shown"))){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/result",schemaPath:"#/properties/parts/items/properties/result/enum",keyword:"enum",params:{allowedValues: schema11.properties.parts.items.properties.result.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.parts.items.properties.result.enum,parentSchema:schema11.properties.parts.items.properties.result,data:data22}];
return false;
}
var valid3 = _errs43 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.sentence !== undefined){
let data23 = data18.sentence;
const _errs44 = errors;
if(errors === _errs44){
if(typeof data23 === "string"){
if(data23.length < 1){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/sentence",schemaPath:"#/properties/parts/items/properties/sentence/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.parts.items.properties.sentence,data:data23}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/sentence",schemaPath:"#/properties/parts/items/properties/sentence/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.parts.items.properties.sentence.type,parentSchema:schema11.properties.parts.items.properties.sentence,data:data23}];
return false;
}
}
var valid3 = _errs44 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.seconds !== undefined){
let data24 = data18.seconds;
const _errs46 = errors;
if(errors === _errs46){
if((typeof data24 == "number") && (isFinite(data24))){
if(data24 < 0 || isNaN(data24)){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/seconds",schemaPath:"#/properties/parts/items/properties/seconds/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema11.properties.parts.items.properties.seconds,data:data24}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/seconds",schemaPath:"#/properties/parts/items/properties/seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.parts.items.properties.seconds.type,parentSchema:schema11.properties.parts.items.properties.seconds,data:data24}];
return false;
}
}
var valid3 = _errs46 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.limit !== undefined){
let data25 = data18.limit;
const _errs48 = errors;
if(errors === _errs48){
if((typeof data25 == "number") && (isFinite(data25))){
if(data25 < 0 || isNaN(data25)){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/limit",schemaPath:"#/properties/parts/items/properties/limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},message:"must be >= 0",schema:0,parentSchema:schema11.properties.parts.items.properties.limit,data:data25}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/limit",schemaPath:"#/properties/parts/items/properties/limit/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.parts.items.properties.limit.type,parentSchema:schema11.properties.parts.items.properties.limit,data:data25}];
return false;
}
}
var valid3 = _errs48 === errors;
}
else {
var valid3 = true;
}
if(valid3){
if(data18.figures !== undefined){
let data26 = data18.figures;
const _errs50 = errors;
if(errors === _errs50){
if(Array.isArray(data26)){
var valid4 = true;
const len1 = data26.length;
for(let i1=0; i1<len1; i1++){
let data27 = data26[i1];
const _errs52 = errors;
if(errors === _errs52){
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
let missing3;
if(((((data27.name === undefined) && (missing3 = "name")) || ((data27.value === undefined) && (missing3 = "value"))) || ((data27.unit === undefined) && (missing3 = "unit"))) || ((data27.peer === undefined) && (missing3 = "peer"))){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/figures/" + i1,schemaPath:"#/properties/parts/items/properties/figures/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema11.properties.parts.items.properties.figures.items.required,parentSchema:schema11.properties.parts.items.properties.figures.items,data:data27}];
return false;
}
else {
if(data27.name !== undefined){
let data28 = data27.name;
const _errs54 = errors;
if(errors === _errs54){
if(typeof data28 === "string"){
if(data28.length < 1){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/figures/" + i1+"/name",schemaPath:"#/properties/parts/items/properties/figures/items/properties/name/minLength",keyword:"minLength",params:{limit: 1},message:"must NOT have fewer than 1 characters",schema:1,parentSchema:schema11.properties.parts.items.properties.figures.items.properties.name,data:data28}];
return false;
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/figures/" + i1+"/name",schemaPath:"#/properties/parts/items/properties/figures/items/properties/name/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.parts.items.properties.figures.items.properties.name.type,parentSchema:schema11.properties.parts.items.properties.figures.items.properties.name,data:data28}];
return false;
}
}
var valid5 = _errs54 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data27.value !== undefined){
let data29 = data27.value;
const _errs56 = errors;
if(!((typeof data29 == "number") && (isFinite(data29)))){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/figures/" + i1+"/value",schemaPath:"#/properties/parts/items/properties/figures/items/properties/value/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.parts.items.properties.figures.items.properties.value.type,parentSchema:schema11.properties.parts.items.properties.figures.items.properties.value,data:data29}];
return false;
}
var valid5 = _errs56 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data27.unit !== undefined){
let data30 = data27.unit;
const _errs58 = errors;
if(typeof data30 !== "string"){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/figures/" + i1+"/unit",schemaPath:"#/properties/parts/items/properties/figures/items/properties/unit/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.parts.items.properties.figures.items.properties.unit.type,parentSchema:schema11.properties.parts.items.properties.figures.items.properties.unit,data:data30}];
return false;
}
var valid5 = _errs58 === errors;
}
else {
var valid5 = true;
}
if(valid5){
if(data27.peer !== undefined){
let data31 = data27.peer;
const _errs60 = errors;
if((!((typeof data31 == "number") && (isFinite(data31)))) && (data31 !== null)){
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/figures/" + i1+"/peer",schemaPath:"#/properties/parts/items/properties/figures/items/properties/peer/type",keyword:"type",params:{type: schema11.properties.parts.items.properties.figures.items.properties.peer.type},message:"must be number,null",schema:schema11.properties.parts.items.properties.figures.items.properties.peer.type,parentSchema:schema11.properties.parts.items.properties.figures.items.properties.peer,data:data31}];
return false;
}
var valid5 = _errs60 === errors;
}
else {
var valid5 = true;
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/figures/" + i1,schemaPath:"#/properties/parts/items/properties/figures/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.parts.items.properties.figures.items.type,parentSchema:schema11.properties.parts.items.properties.figures.items,data:data27}];
return false;
}
}
var valid4 = _errs52 === errors;
if(!valid4){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts/" + i0+"/figures",schemaPath:"#/properties/parts/items/properties/figures/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.parts.items.properties.figures.type,parentSchema:schema11.properties.parts.items.properties.figures,data:data26}];
return false;
}
}
var valid3 = _errs50 === errors;
}
else {
var valid3 = true;
}
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts/" + i0,schemaPath:"#/properties/parts/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.parts.items.type,parentSchema:schema11.properties.parts.items,data:data18}];
return false;
}
}
var valid2 = _errs35 === errors;
if(!valid2){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/parts",schemaPath:"#/properties/parts/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.parts.type,parentSchema:schema11.properties.parts,data:data17}];
return false;
}
}
var valid0 = _errs33 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}
